"""The kind `limit_set`: limits of properties that a unit sets for its own stations or gives to the units below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.packs.catalogue import catalogue
from sen.apps.packs.inheritance.values import Fault, TemplateKind
from sen.apps.packs.schema import Averaging, Limit, Severity

KIND = "limit_set"


class LimitRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a limit set: a limit of the packs with a code. `unit` is the property's UCUM unit."""

    code: str
    property: str
    averaging: Averaging
    unit: str
    severity: Severity
    valid_from: date
    label: str
    source: str
    minimum: float | None = None
    maximum: float | None = None
    standard: str = ""
    water_class: str | None = None
    station: str | None = None
    valid_to: date | None = None
    verified: bool = False


class LimitSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a limit set."""

    rows: list[LimitRow] = []


class UnitLimit(Limit, frozen=True, kw_only=True):
    """A limit that comes from a unit's limit set: which set, whose, which version, and whether the unit changed the row."""

    set_id: UUID
    set_name: str
    set_version: int
    set_owner_code: str
    set_owner_name: str
    row: str
    overridden: bool


def check(content: LimitSet) -> list[Fault]:
    """What is wrong with the rows: unknown property, another unit, an empty range, a period that ends before it begins, overlap."""
    known = catalogue().properties
    faults: list[Fault] = []
    for row in content.rows:
        at = f"/rows/{row.code}"
        prop = known.get(row.property)
        if prop is None:
            faults.append(Fault(f"{at}/property", _("không có thông số “{symbol}”").format(symbol=row.property)))
        elif row.unit != prop.unit:
            wrong = _("đơn vị của {property} phải là {unit}").format(property=prop.name, unit=prop.unit)
            faults.append(Fault(f"{at}/unit", wrong))
        if row.minimum is None and row.maximum is None:
            faults.append(Fault(at, _("cần giá trị thấp nhất hoặc cao nhất")))
        elif row.minimum is not None and row.maximum is not None and row.minimum >= row.maximum:
            faults.append(Fault(f"{at}/minimum", _("giá trị thấp nhất phải nhỏ hơn giá trị cao nhất")))
        if row.valid_to is not None and row.valid_to <= row.valid_from:
            faults.append(Fault(f"{at}/valid_to", _("ngày hết hiệu lực phải sau ngày bắt đầu")))
        if not row.label.strip() or not row.source.strip():
            faults.append(Fault(at, _("cần tên và nguồn của giới hạn")))
    return [*faults, *_overlaps(content.rows)]


def _overlaps(rows: list[LimitRow]) -> Iterator[Fault]:
    """Two rows for the same thing on the same day leave open which one holds."""
    seen: dict[tuple[str | None, ...], list[LimitRow]] = {}
    for row in rows:
        same = seen.setdefault(replaces(row), [])
        for other in same:
            if (other.valid_to is None or row.valid_from < other.valid_to) and (
                row.valid_to is None or other.valid_from < row.valid_to
            ):
                words = _("trùng thời gian hiệu lực với “{code}”").format(code=other.code)
                yield Fault(f"/rows/{row.code}", words)
        same.append(row)


def replaces(row: LimitRow | Limit) -> tuple[str | None, ...]:
    """Two limits with the same key are one: the set's takes the place of the pack's."""
    return (row.standard, row.property, row.averaging, row.water_class, row.station, row.severity)


def combined(pack: Iterable[Limit], own: Sequence[UnitLimit], property: str, day: date) -> list[Limit]:
    """A property's limits of the packs, those of a unit in the place of the ones that they replace, and its others after them.

    A row replaces only while it is in force: before and after its days the pack's limit holds.
    """
    mine = [row for row in own if row.property == property and row.holds_on(day)]
    replacing = {replaces(row) for row in mine}
    return [*(row for row in pack if replaces(row) not in replacing), *mine]


TEMPLATE_KIND = TemplateKind(
    code=KIND,
    name=gettext_lazy("Bộ giới hạn"),
    content=LimitSet,
    open_choices=(
        ("/rows/*/maximum", gettext_lazy("Giá trị cao nhất")),
        ("/rows/*/minimum", gettext_lazy("Giá trị thấp nhất")),
        ("/rows/*", gettext_lazy("Thêm, thay hoặc bỏ cả dòng")),
    ),
    check=check,
    field_names={
        "rows": gettext_lazy("Giới hạn"),
        "property": gettext_lazy("Thông số"),
        "averaging": gettext_lazy("Thời gian trung bình"),
        "unit": gettext_lazy("Đơn vị đo"),
        "severity": gettext_lazy("Mức độ"),
        "valid_from": gettext_lazy("Có hiệu lực từ"),
        "valid_to": gettext_lazy("Hết hiệu lực từ"),
        "label": gettext_lazy("Tên giới hạn"),
        "source": gettext_lazy("Nguồn"),
        "minimum": gettext_lazy("Giá trị thấp nhất"),
        "maximum": gettext_lazy("Giá trị cao nhất"),
        "standard": gettext_lazy("Quy chuẩn"),
        "water_class": gettext_lazy("Mức chất lượng nước"),
        "station": gettext_lazy("Trạm"),
        "verified": gettext_lazy("Đã đối chiếu"),
    },
)
