"""What the pages of rules show beside the rule itself: its facts, its test as figures and lines, what the caller may do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sen.apps.alerts.rules import queries, sentences, testing, words
from sen.apps.alerts.rules.values import Firing, RuleTest
from sen.apps.organisations.interface import UnitRef
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.scopes import Scope

CHANGE = "packs.change"
INHERIT = "packs.inherit"
OVERRIDE = "packs.override"

BEARABLE = (6, 12)
"""Alerts in an hour that one officer can work through (EEMUA 191: at most 12 in the long run, 6 to work calmly)."""
WIDTH, HEIGHT = 120, 28


class Line(msgspec.Struct, frozen=True):
    """One firing as the page lists it; `points` is an SVG polyline, `limit_y` where the limit lies in it."""

    firing: Firing
    began: Any
    lasted: str
    peak: str
    address: str
    points: str
    limit_y: float | None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A test as the page shows it. `current`: it tried just what holds now."""

    test: RuleTest
    runs: bool
    percent: int
    current: bool
    verdict: str
    tone: str
    notes: list[str]
    lines: list[Line]
    more: int


def state_words(state: str) -> str:
    """How a rule stands in a unit."""
    known = {
        "on": _("Đang bật"), "above": _("Cấp trên đang xét"), "waiting": _("Bật nhưng chưa chạy"), "off": _("Đang tắt"),
        "offered": _("Được mời dùng"), "draft": _("Bản nháp"),
    }  # fmt: skip
    return known[state]


def may_edit(scope: Scope, page: queries.RulePage, unit: UnitRef) -> str:
    """`draft` for the owner's writers, `override` where the unit may change open fields, else empty."""
    if page.detail.ref.owner_id == unit.id:
        return "draft" if scope.allows(CHANGE, unit.id) and not page.detail.ref.retired else ""
    there = page.row.effective
    return "override" if there is not None and there.open_fields and scope.allows(OVERRIDE, unit.id) else ""


def read_aloud(page: queries.RulePage) -> SafeString:
    """The rule's sentence with the names of procedures."""
    return sentences.sentence(page.row.rule, page.procedures)


def content_to_try(page: queries.RulePage) -> dict[str, Any]:
    """The owner's draft where it was changed since it was published, else what holds."""
    if page.row.drafted and page.detail.draft is not None:
        return page.detail.draft
    made: dict[str, Any] = msgspec.to_builtins(page.row.rule)
    return made


def facts(page: queries.RulePage) -> list[tuple[str, str]]:
    """The smaller settings that the sentence leaves out, in words."""
    rule = page.row.rule
    found = [
        (_("Gộp cảnh báo theo"), _("{what}, trong {time}").format(what=words.grouping(rule.group), time=words.minutes(rule.group_minutes))),
        (_("Loại sự cố"), words.hazard(rule.hazard)),
    ]  # fmt: skip
    leaf = next(iter(packs.condition_leaves(rule.when)))
    name = next(iter(packs.condition_properties(leaf)), "")
    if rule.hysteresis:
        found.append((_("Coi là hết khi đã lùi lại"), words.measured(rule.hysteresis, name)))
    if rule.clear_after_s:
        found.append((_("và giữ được"), words.seconds(rule.clear_after_s)))
    if rule.advice:
        found.append((_("Lời dặn"), rule.advice))
    return found


def test(one: RuleTest, rule: packs.Rule, unit: UnitRef) -> Shown:
    """A test with its verdict in one sentence."""
    runs = one.state in ("waiting", "running")
    days = max((one.until - one.since).days, 1)
    verdict, tone, notes = "", "", []
    if one.state == "done":
        verdict, tone = _verdict(one, days)
        notes = _notes(one, days)
    elif one.state == "failed":
        verdict, tone = one.error or _("Chạy thử không xong."), "serious"
    elif one.state == "cancelled":
        verdict = _("Đã dừng chạy thử.")
    return Shown(
        test=one, runs=runs, percent=round(one.progress * 100), current=one.digest == testing.digest_of(rule),
        verdict=verdict, tone=tone, notes=notes, lines=[_line(each, rule, unit) for each in one.firings],
        more=one.count - len(one.firings),
    )  # fmt: skip


def _verdict(one: RuleTest, days: int) -> tuple[str, str]:
    if not one.assets:
        return _("Không có tài sản nào để xét: chưa trạm nào của đơn vị đo thông số này."), "warning"
    if not one.count:
        said = _("{days} ngày qua không báo lần nào, ở cả {n} tài sản.")
        return said.format(days=days, n=one.assets), ""
    said = ngettext(
        "{days} ngày qua sẽ báo {n} lần, ở {k} trong {all} tài sản.",
        "{days} ngày qua sẽ báo {n} lần, ở {k} trong {all} tài sản.",
        one.count,
    )
    per_hour = one.count / (days * 24)
    return said.format(days=days, n=one.count, k=one.subjects, all=one.assets), "serious" if per_hour > 1 else ""


def _notes(one: RuleTest, days: int) -> list[str]:
    week, hour = one.count * 7 / days, one.count / (days * 24)
    said = _(
        "Khoảng {week} lần một tuần, {hour} lần mỗi giờ trực; một người trực làm kịp {low} đến {high} cảnh báo mỗi giờ cho mọi quy tắc cộng lại."
    )
    found = [
        said.format(
            week=words.figure(round(week, 1)), hour=words.figure(round(hour, 2)), low=BEARABLE[0], high=BEARABLE[1]
        )
    ]
    if one.chattering:
        found.append(
            _("Báo đi báo lại trong 10 phút ở {places}: tăng thời gian kéo dài, hoặc đặt khoảng trễ.").format(
                places=", ".join(one.chattering[:5])
            )
        )
    if not one.count and one.assets:
        found.append(_("Không báo lần nào có thể là đúng (hiếm khi xảy ra), cũng có thể ngưỡng đặt quá xa."))
    return found


def _line(one: Firing, rule: packs.Rule, unit: UnitRef) -> Line:
    kind, _colon, code = one.subject.partition(":")
    address = f"{reverse('console:asset', args=[code])}?at={one.onset}" if kind == "asset" else ""
    lasted = words.about((one.cleared - one.onset) / 1000) if one.cleared else _("chưa hết")
    name = str(one.facts.get("property", ""))
    peak = "" if one.peak is None else words.measured(round(one.peak, 3), name)
    points, limit_y = _curve(one)
    return Line(one, clock.from_ms(one.onset), lasted, peak, address, points, limit_y)


def _curve(one: Firing) -> tuple[str, float | None]:
    """The values kept around a firing as a polyline of WIDTH by HEIGHT."""
    values = [float(value) for value in one.facts.get("curve", ()) if value is not None]
    if len(values) < 2:
        return "", None
    low, high = min(values), max(values)
    if one.limit is not None:
        low, high = min(low, one.limit), max(high, one.limit)
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return round(HEIGHT - 2 - (value - low) / span * (HEIGHT - 4), 1)

    step = WIDTH / (len(values) - 1)
    points = " ".join(f"{round(place * step, 1)},{y(value)}" for place, value in enumerate(values))
    return points, y(one.limit) if one.limit is not None else None


def template_address(template_id: UUID, unit: UnitRef) -> str:
    """The page of versions, use and differences of a template."""
    return f"{reverse('console:template', args=[template_id])}?unit={unit.code}"
