"""Handing packs on, as other apps and commands may call it: export, keys, import, and templates from packs.

What needs the database is imported when it is called: the packs' facts are also read where there is none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from sen.apps.packs import signing
from sen.kernel.scopes import Scope

if TYPE_CHECKING:
    from sen.apps.packs.arrivals import Arrival
    from sen.apps.packs.installing import InstalledTemplate
    from sen.apps.packs.signing import Trusted


def install_pack_templates(*, scope: Scope, unit_id: UUID, pack: str = "") -> list[InstalledTemplate]:
    """Dashboards and limit sets of all installed packs, or of one, as templates of the unit; see installing.py."""
    from sen.apps.packs import installing

    return installing.install_pack_templates(scope=scope, unit_id=unit_id, pack=pack)


def export_pack(
    *, scope: Scope, code: str, key: Path | None = None, from_unit: UUID | None = None, version: str = ""
) -> bytes:
    """An installed pack as one file, signed with the key in `key`, with a unit's own templates where asked; see exporting.py."""
    from sen.apps.packs import exporting

    return exporting.export_pack(scope=scope, code=code, key=key, from_unit=from_unit, version=version)


def import_pack(*, scope: Scope, data: bytes, accept_unsigned: str = "") -> Arrival:
    """Install an exported pack; one that nobody trusted signed only with a reason. See arrivals.py for what it raises."""
    from sen.apps.packs import arrivals

    return arrivals.import_pack(scope=scope, data=data, accept_unsigned=accept_unsigned)


def go_back(*, scope: Scope, code: str) -> Arrival:
    """Take the last import of a pack back. Raises Conflict where there is nothing to go back to."""
    from sen.apps.packs import arrivals

    return arrivals.go_back(scope=scope, code=code)


def can_go_back(code: str) -> bool:
    """Whether an import of this pack can be taken back."""
    from sen.apps.packs import arrivals

    return arrivals.can_go_back(code)


def make_key(file: Path) -> str:
    """A new private key for signing in `file`; returns its public key. Raises Conflict where the file exists."""
    return signing.make_key(file)


def trust(name: str, public_key: str) -> Trusted:
    """Trust what is signed with a key from now on. Raises InvalidInput, Conflict."""
    return signing.trust(name, public_key)


def trusted_keys() -> list[Trusted]:
    """The keys that this centre trusts."""
    return signing.trusted()
