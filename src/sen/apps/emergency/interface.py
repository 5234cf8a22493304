"""What other apps may call of the emergency app: resources near a place, who is affected, the register, broadcasts, the clock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sen.apps.emergency import affected as _affected
from sen.apps.emergency import broadcasts, bulletins, contacts, declarations, resources
from sen.apps.emergency.affected import Affected, Area, Circle, Outline
from sen.apps.emergency.contacts import ContactRow
from sen.apps.emergency.declarations import Walls
from sen.apps.emergency.resources import HouseholdRow, Near, ResourceRow
from sen.kernel.scopes import Scope

__all__ = [
    "Affected", "Area", "Circle", "ContactRow", "HouseholdRow", "Near", "Outline", "ResourceRow", "Walls", "affected", "broadcast",
    "near", "put_bulletin_template", "put_contact", "put_households", "put_resource", "register_walls", "run_due",
]  # fmt: skip


def near(scope: Scope, lon: float, lat: float, km: float, kinds: Collection[str] = ()) -> list[Near]:
    """Forces, vehicles, stock and places (`kinds`: force, vehicle, stock, place) within `km` of a point, the nearest first."""
    return resources.near(scope, lon, lat, km, kinds)


def affected(scope: Scope, area: Area) -> Affected:
    """Households, people, sites and communes within a circle or polygon, with source and date. Raises InvalidInput."""
    return _affected.affected(scope, area)


def broadcast(
    *, scope: Scope, key: str, unit: str, to_units: list[str], title: str, words: str, severity: str = "serious", drill: bool = False
) -> UUID:  # fmt: skip
    """Tell the contacts of `to_units` at once and ask them to confirm; the same `key` is sent once. Raises InvalidInput, NotFound."""
    made = broadcasts.write(
        scope=scope, unit=unit, to_units=to_units, title=title, words=words, severity=severity, drill=drill, key=key
    )
    return broadcasts.send(scope=scope, broadcast_id=made.pk).pk


def put_contact(*, scope: Scope, row: ContactRow) -> None:
    """A contact of the tree, made or changed by its code. Raises NotFound, Forbidden, InvalidInput."""
    contacts.put(scope=scope, row=row)


def put_resource(*, scope: Scope, row: ResourceRow) -> None:
    """A resource, made or changed by its code. Raises NotFound, Forbidden, InvalidInput."""
    resources.put_resource(scope=scope, row=row)


def put_households(*, scope: Scope, row: HouseholdRow) -> None:
    """The figures of a household group, made or changed by its code. Raises NotFound, Forbidden, InvalidInput."""
    resources.put_households(scope=scope, row=row)


def put_bulletin_template(
    *, code: str, hazard: str, name: str, title: str, words: str, severity: str, source: str = ""
) -> None:
    """A bulletin's words with placeholders, made or changed by its code. Raises InvalidInput."""
    bulletins.put_template(
        code=code, hazard=hazard, name=name, title=title, words=words, severity=severity, source=source
    )


def register_walls(walls: Walls) -> None:
    """Say how walls are taken over while an emergency is declared."""
    declarations.register_walls(walls)


def run_due(now: datetime) -> int:
    """Reminders, deputies and walls that are due; how much was done."""
    return broadcasts.run_due(now) + declarations.run_due(now)
