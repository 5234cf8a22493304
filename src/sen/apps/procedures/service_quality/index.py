"""Puts the index of one unit and period together: counters, catalogue, weights of the period's day, reasons where data is missing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.access.interface import SYSTEM, Scope
from sen.apps.indicators.interface import Period
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import figures
from sen.apps.procedures.figures import Origin
from sen.apps.procedures.models import Procedure
from sen.apps.procedures.service_quality import components as parts
from sen.apps.procedures.service_quality.components import CatalogueEntry, Facts
from sen.apps.procedures.service_quality.reports import reports_of
from sen.apps.procedures.service_quality.weights import ComponentWeight, Edition, GroupWeight, edition_on
from sen.apps.procedures.storage import reading
from sen.apps.procedures.storage.engine import engine
from sen.apps.procedures.values import Component, Group, ServiceQuality
from sen.kernel import clock

_REASONS = {
    parts.NO_DOSSIERS: gettext_lazy("Không có hồ sơ tiếp nhận trong kỳ."),
    parts.NO_CATALOGUE: gettext_lazy("Danh mục thủ tục chưa có dữ liệu này."),
    parts.NO_REPORTS: gettext_lazy(
        "Chưa có nguồn dữ liệu: nhập biểu “Phản ánh, kiến nghị về thủ tục hành chính hằng tháng” hoặc nhập tệp chỉ tiêu psv_feedback, "
        "psv_feedback_on_time, psv_feedback_satisfied của đơn vị."
    ),
    parts.NO_REPORT_HERE: gettext_lazy("Không có phản ánh, kiến nghị nào trong kỳ."),
    parts.NO_TYPES: gettext_lazy("Chỉ có tổng số phản ánh, kiến nghị; chưa có nguồn dữ liệu theo loại."),
    parts.IMPOSSIBLE: gettext_lazy("Số đã nhập không hợp lệ: phần lớn hơn tổng. Sửa lại biểu hoặc tệp."),
    parts.NOTHING_TO_PAY: gettext_lazy("Không có thủ tục hoặc hồ sơ phải nộp phí, lệ phí."),
    parts.NOTHING_FINISHED: gettext_lazy("Chưa có hồ sơ nào tiếp nhận trong kỳ được giải quyết xong."),
    parts.NOTHING_JUDGED: gettext_lazy("Không có hồ sơ nào xác định được hạn trả."),
    parts.NOTHING_ONLINE: gettext_lazy("Danh mục chưa có thủ tục nào cung cấp trực tuyến."),
}

_OF_REPORTS = frozenset({"5.1", "5.2", "5.3"})


def service_quality(scope: Scope | None, unit_id: UUID | None, period: Period) -> ServiceQuality:
    """See interface.service_quality."""
    unit = organisations.unit_by_id(unit_id) if unit_id else organisations.province()
    seen, span = figures.seen_by(scope, unit.id), figures.span_of(period)
    total = figures.added(reading.by_agency(engine(), seen.agencies, span).values())
    online = reading.online_by_procedure(engine(), seen.agencies, span)
    reports = reports_of(scope or SYSTEM, unit.id, period)
    facts = Facts(total, figures.on_time(total), figures.judged(total), _procedures(unit.level, online), reports)
    edition, whence = edition_on(period.last_day), figures.origin()
    groups = [_group(group, edition, facts, whence) for group in edition.groups]
    return ServiceQuality(
        unit=unit,
        total=round(sum(group.points or 0 for group in groups), 2),
        max=sum(group.max for group in groups),
        max_with_data=sum(one.max for group in groups for one in group.components if one.points is not None),
        groups=groups,
        judged_at=clock.from_ms(span.at),
        as_of=whence.as_of,
        source=whence.source,
        simulated=total["simulated"] > 0 or bool(reports and reports.simulated),
    )


def _group(group: GroupWeight, edition: Edition, facts: Facts, whence: Origin) -> Group:
    found = [_component(one, facts, whence) for one in edition.components if one.code.partition(".")[0] == group.code]
    points = [one.points for one in found if one.points is not None]
    return Group(group.code, group.name, round(sum(points), 2) if points else None, group.max, found)


def _component(weight: ComponentWeight, facts: Facts, whence: Origin) -> Component:
    ratio = parts.ratio_of(weight.code, facts)
    reason = str(_REASONS[ratio.reason]) if ratio.reason else ""
    points = parts.points_of(weight, ratio)
    if weight.max == 0:
        reason = " ".join(filter(None, (reason, _("Chỉ theo dõi, không chấm điểm."))))
    elif points is None:
        reason += " " + _("Tính 0 điểm trong tổng, không nằm trong phần điểm có số liệu.")
    source, as_of = whence.source, whence.as_of
    if weight.code in _OF_REPORTS:
        told = facts.reports
        source, as_of = (told.source, told.as_of) if told else (_("Chưa có nguồn dữ liệu"), None)
    return Component(
        code=weight.code, name=weight.name, numerator=ratio.numerator, denominator=ratio.denominator, value=ratio.value,
        unit=_("giờ") if weight.code == "2.2" else "%", threshold=weight.threshold, points=points, max=weight.max,
        as_of=as_of, source=source, verified=weight.verified, reason=reason,
    )  # fmt: skip


def _procedures(level: str, online_dossiers: dict[int, int]) -> Sequence[CatalogueEntry]:
    """The catalogued procedures of a unit: the province's all, a commune's those of its level, a department's those it had dossiers of."""
    found = Procedure.objects.filter(catalogued=True)
    if level == "commune":
        found = found.filter(level="commune")
    elif level != "province":
        found = found.filter(pk__in=online_dossiers)
    return [
        CatalogueEntry(
            one.announced_on, one.announce_due, one.published_on, one.publish_due, one.fully_described, one.online, one.payable_online,
            one.has_fee, online_dossiers.get(one.pk, 0),
        )
        for one in found
    ]  # fmt: skip
