"""What the installed packs say, in memory: read once per process and again when an installation of a pack changed them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from pathlib import Path

import structlog

from sen.apps.packs.loader import InvalidPacks, read_packs, symbol_key
from sen.apps.packs.schema import Limit, Problem
from sen.apps.packs.schema_pack import Pack
from sen.kernel.configuration import settings

log = structlog.get_logger(__name__)

REVISION = ".revision"
"""File in DATA/packs whose change tells every process of the centre to read the packs again."""
LOOK_EVERY_S = 2.0


class Catalogue:
    """All packs of some folders by what they hold. Raises InvalidPacks."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self.packs, problems = read_packs(folders)
        if problems:
            raise InvalidPacks(problems)
        self.by_code = {pack.info.code: pack for pack in self.packs}
        self.properties = {code: one for pack in self.packs for code, one in pack.properties.items()}
        self.asset_kinds = {code: one for pack in self.packs for code, one in pack.asset_kinds.items()}
        self.indices = {code: one for pack in self.packs for code, one in pack.indices.items()}
        self.indicators = {code: one for pack in self.packs for code, one in pack.indicators.items()}
        self.rules = {code: one for pack in self.packs for code, one in pack.rules.items()}
        self.sops = {code: one for pack in self.packs for code, one in pack.sops.items()}
        self.sheets = {code: one for pack in self.packs for code, one in pack.sheets.items()}
        self.dashboards = {code: one for pack in self.packs for code, one in pack.dashboards.items()}
        self.limit_sets = {code: one for pack in self.packs for code, one in pack.limit_sets.items()}
        self.limits: dict[str, list[Limit]] = {}
        for limit in (limit for pack in self.packs for limit in pack.limits):
            self.limits.setdefault(limit.property, []).append(limit)
        self.symbols = {
            symbol_key(symbol): prop for prop in self.properties.values() for symbol in (prop.code, *prop.aliases)
        }


_lock = threading.Lock()
_current: Catalogue | None = None
_revision = 0
_looked = 0.0


def catalogue() -> Catalogue:
    """What is installed now; a pack installed by another process is seen within LOOK_EVERY_S.

    Raises InvalidPacks at the first reading; later a broken change is logged and the former packs stay.
    """
    global _current, _revision, _looked
    if _current is not None and time.monotonic() - _looked < LOOK_EVERY_S:
        return _current
    with _lock:
        _looked, found = time.monotonic(), _revision_on_disk()
        if _current is None:
            _current, _revision = Catalogue(folders()), found
        elif found != _revision:
            _revision = found
            try:
                _current = Catalogue(folders())
            except InvalidPacks as error:
                log.warning("packs_not_read_again", problems=[str(problem) for problem in error.problems[:5]])
        return _current


def forget() -> None:
    """Read the files again at the next call."""
    global _current
    with _lock:
        _current = None


def tell_others() -> None:
    """After a change in DATA/packs: every process reads again."""
    own_folder().mkdir(parents=True, exist_ok=True)
    (own_folder() / REVISION).write_text(str(time.time_ns()), encoding="ascii")
    forget()


def check(path: Path) -> list[Problem]:
    """Every problem of the packs below `path` (a folder of packs, or one pack together with the installed ones)."""
    if (path / "pack.toml").exists():
        found = {folder.name: folder for folder in folders()} | {path.resolve().name: path.resolve()}
        return read_packs(found.values())[1]
    below = folders_in(path)
    return read_packs(below)[1] if below else [Problem(str(path), 0, "no pack found")]


def read_with(path: Path) -> tuple[Pack | None, list[Problem]]:
    """The pack in `path` and every problem, as if it were installed beside the others."""
    found = {folder.name: folder for folder in folders()} | {path.name: path}
    packs, problems = read_packs(found.values())
    return next((pack for pack in packs if pack.info.code == path.name), None), problems


def folders() -> list[Path]:
    """Folders of the installed packs: the shipped ones; one of the same name in DATA/packs replaces the shipped one."""
    found = {folder.name: folder for folder in folders_in(shipped_folder())}
    if own_folder().is_dir():
        found |= {folder.name: folder for folder in folders_in(own_folder())}
    return list(found.values())


def folder_of(code: str) -> Path | None:
    """The folder of an installed pack."""
    return next((folder for folder in folders() if folder.name == code), None)


def own_folder() -> Path:
    """Where this centre's own packs lie."""
    return settings().data / "packs"


def shipped_folder() -> Path:
    """The packs that came with Sen: inside the package in a wheel, beside src/ in a checkout."""
    here = Path(__file__).resolve()
    inside = here.parents[2] / "packs"
    return inside if inside.is_dir() else here.parents[4] / "packs"


def folders_in(path: Path) -> list[Path]:
    """The packs directly below a folder."""
    return sorted(folder.parent for folder in path.glob("*/pack.toml") if not folder.parent.name.startswith("."))


def _revision_on_disk() -> int:
    try:
        return (own_folder() / REVISION).stat().st_mtime_ns
    except OSError:
        return 0
