"""The words of rules: what codes of the packs, roles, levels and spans of time are called in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sen.apps.packs import interface as packs
from sen.kernel import clock


def english() -> bool:
    """Whether the reader chose English."""
    return (get_language() or "vi").startswith("en")


def figure(value: float) -> str:
    """A figure as people write it, without zeros that say nothing."""
    text = f"{value:.10g}"
    return text if english() else text.replace(".", ",")


def measured(value: float, property: str) -> str:
    """A figure with the unit of its property."""
    prop = packs.properties().get(property)
    return f"{figure(value)} {prop.unit_label}".rstrip() if prop else figure(value)


def property_name(code: str) -> str:
    """A property's name within a sentence; the code of one that is not installed."""
    prop = packs.properties().get(code)
    return _inside((prop.name_en if english() else prop.name) if prop else code)


def asset_kind(code: str) -> str:
    """A kind of asset within a sentence; empty = any."""
    kind = packs.asset_kinds().get(code)
    if kind is None:
        return code or _("mọi tài sản")
    return _inside(kind.name_en if english() else kind.name)


def property_of(property: str, kind: str) -> str:
    """`mực nước của trạm mực nước`."""
    if not kind:
        return property_name(property)
    return _("{property} của {kind}").format(property=property_name(property), kind=asset_kind(kind))


def index(code: str) -> str:
    """An index's name."""
    try:
        table = packs.index_table(code)
    except KeyError:
        return code
    return table.name_en if english() else table.name


def category(index_code: str, code: str) -> str:
    """A category's name."""
    try:
        found = {one.code: one for one in packs.index_table(index_code).categories}
    except KeyError:
        return code
    one = found.get(code)
    return code if one is None else one.name_en if english() else one.name


def severity(level: str) -> str:
    """The word of a severity."""
    known = {"info": _("Thông tin"), "notice": _("Chú ý"), "warning": _("Cảnh báo"), "serious": _("Nghiêm trọng")}
    return known.get(level, level)


def role(code: str) -> str:
    """A role as people say it."""
    known = {
        "administrator": _("quản trị viên"), "leader": _("lãnh đạo"), "duty_officer": _("trực ban"), "agent_1022": _("tổng đài 1022"),
        "department_officer": _("chuyên viên sở, ngành"), "commune_officer": _("cán bộ xã, phường"),
        "data_steward": _("quản trị dữ liệu"), "auditor": _("kiểm tra, giám sát"),
    }  # fmt: skip
    return known.get(code, code)


def hours(code: str) -> str:
    """When a rule watches."""
    known = {
        "always": _("mọi lúc"), "working": _("chỉ trong giờ làm việc"), "outside_working": _("chỉ ngoài giờ làm việc"),
        "holidays": _("chỉ ngày nghỉ, lễ"),
    }  # fmt: skip
    return known.get(code, code)


def tide(code: str) -> str:
    """The tide at which a rule watches."""
    return {"rising": _("chỉ khi nước đang lên"), "falling": _("chỉ khi nước đang xuống")}.get(
        code, _("không xét triều")
    )


def method(code: str) -> str:
    """How a forecast is made."""
    return _("theo nhịp triều") if code == "tide" else _("theo xu thế")


def grouping(code: str) -> str:
    """What puts alerts under one head."""
    known = {"asset": _("từng trạm"), "territory": _("từng xã, phường"), "rule": _("cả quy tắc")}
    return known.get(code, code)


def hazard(code: str) -> str:
    """The kind of incident that an alert may become."""
    known = {
        "": _("Chưa xếp loại"), "flood": _("Lũ, ngập"), "salinity": _("Xâm nhập mặn"), "air": _("Không khí"), "water": _("Nước thải, nước mặt"),
        "fire": _("Cháy nổ"), "traffic": _("Giao thông"), "health": _("Dịch bệnh"), "media": _("Tin đồn trên mạng"),
        "power": _("Điện"), "station": _("Trạm, thiết bị"), "camera": _("Camera"), "other": _("Khác"),
    }  # fmt: skip
    return known.get(code, code)


def condition_kind(code: str) -> str:
    """What a kind of condition is called where one is chosen."""
    known = {
        "limit": _("vượt giới hạn của trạm"), "value": _("vượt một con số"), "rate": _("tăng, giảm nhanh"),
        "silence": _("mất tín hiệu"), "index": _("chỉ số đạt mức"), "forecast": _("dự báo sẽ vượt"),
        "several": _("nhiều điều kiện cùng lúc"), "neighbours": _("nhiều trạm gần nhau"), "expression": _("biểu thức tự viết"),
        "record": _("hồ sơ, nguồn dữ liệu"),
    }  # fmt: skip
    return known.get(code, code)


def limit(one: packs.OverLimit | packs.Forecast) -> str:
    """The limit that a condition means: its own label where there is one of this severity only, else in general words."""
    common = _common(_labels(one.property, one.severity))
    if common:
        return _inside(common)
    averaging = getattr(one, "averaging", None)
    spans = {
        "1h": _("trung bình 1 giờ"),
        "8h": _("trung bình 8 giờ"),
        "24h": _("trung bình 24 giờ"),
        "year": _("trung bình năm"),
    }
    if averaging in spans:
        return _("giới hạn {averaging} của trạm").format(averaging=spans[averaging])
    if one.severity is None:
        return _("giới hạn của trạm")
    return _("giới hạn mức {severity} của trạm").format(severity=severity(one.severity).lower())


def _labels(property: str, level: str | None) -> set[str]:
    """The labels of all limits of a property of one severity, for every station."""
    if level is None:
        return set()
    today = clock.local(clock.now()).date()
    places = (None, *packs.stations_with_limits(property, as_of=today))
    rows = (row for place in places for row in packs.limits(property, as_of=today, station=place))
    return {row.label for row in rows if row.severity == level}


def _common(labels: set[str]) -> str:
    """What labels begin with alike, in whole words and at least two of them: `Báo động III` of every gauge's own."""
    first, *others = (label.split() for label in labels) if labels else ([],)
    shared = [word for place, word in enumerate(first) if all(one[: place + 1] == first[: place + 1] for one in others)]
    return " ".join(shared) if len(shared) > 1 else ""


def minutes(number: float) -> str:
    """A span of time in the largest unit that fits."""
    return seconds(number * 60)


def seconds(number: float) -> str:
    """A span of time in the largest unit that fits: `10 phút`, `1,5 giờ`, `2 ngày`."""
    for size, said in ((86_400, _days), (3600, _hours), (60, _minutes)):
        if number >= size and (number * 2) % size == 0:
            return said(number / size)
    if number >= 60:
        return _minutes(round(number / 60))
    return ngettext("%(n)s giây", "%(n)s giây", int(number)) % {"n": int(number)}


def about(number: float) -> str:
    """A span of time as people say it when the last minutes do not matter: `21,2 giờ`, `3,5 ngày`."""
    for size, least, said in ((86_400, 2 * 86_400, _days), (3600, 2 * 3600, _hours)):
        if number >= least:
            return said(round(number / size, 1))
    return seconds(number)


def _days(number: float) -> str:
    return ngettext("%(n)s ngày", "%(n)s ngày", int(number)) % {"n": figure(number)}


def _hours(number: float) -> str:
    return ngettext("%(n)s giờ", "%(n)s giờ", int(number)) % {"n": figure(number)}


def _minutes(number: float) -> str:
    return ngettext("%(n)s phút", "%(n)s phút", int(number)) % {"n": figure(number)}


def _inside(name: str) -> str:
    """A name within a sentence: its first letter small, unless it begins with an abbreviation (pH, PM2.5, VN_AQI)."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
