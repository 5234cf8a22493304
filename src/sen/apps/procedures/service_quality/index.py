"""Puts the index of one unit and period together: counters, catalogue, weights of the period's day, reasons where data is missing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sen.apps.access.interface import Scope
from sen.apps.indicators.interface import Period
from sen.apps.organisations import interface as organisations
from sen.apps.procedures import figures
from sen.apps.procedures.figures import Origin
from sen.apps.procedures.models import Procedure
from sen.apps.procedures.service_quality import components as parts
from sen.apps.procedures.service_quality.components import CatalogueEntry, Facts
from sen.apps.procedures.service_quality.weights import ComponentWeight, Edition, GroupWeight, edition_on
from sen.apps.procedures.storage import reading
from sen.apps.procedures.storage.engine import engine
from sen.apps.procedures.values import Component, Group, ServiceQuality
from sen.kernel import clock

_REASONS = {
    parts.NO_DOSSIERS: gettext_lazy("Không có hồ sơ tiếp nhận trong kỳ."),
    parts.NO_CATALOGUE: gettext_lazy("Danh mục thủ tục chưa có dữ liệu này."),
    parts.NO_REPORTS: gettext_lazy("Chưa kết nối nguồn phản ánh, kiến nghị của Cổng Dịch vụ công quốc gia."),
    parts.NOTHING_TO_PAY: gettext_lazy("Không có thủ tục hoặc hồ sơ phải nộp phí, lệ phí."),
    parts.NOTHING_FINISHED: gettext_lazy("Chưa có hồ sơ nào tiếp nhận trong kỳ được giải quyết xong."),
    parts.NOTHING_JUDGED: gettext_lazy("Không có hồ sơ nào xác định được hạn trả."),
    parts.NOTHING_ONLINE: gettext_lazy("Danh mục chưa có thủ tục nào cung cấp trực tuyến."),
}


def service_quality(scope: Scope | None, unit_id: UUID | None, period: Period) -> ServiceQuality:
    """See interface.service_quality."""
    unit = organisations.unit_by_id(unit_id) if unit_id else organisations.province()
    seen, span = figures.seen_by(scope, unit.id), figures.span_of(period)
    total = figures.added(reading.by_agency(engine(), seen.agencies, span).values())
    online = reading.online_by_procedure(engine(), seen.agencies, span)
    facts = Facts(total, figures.on_time(total), figures.judged(total), _procedures(unit.level, online))
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
        simulated=total["simulated"] > 0,
    )


def _group(group: GroupWeight, edition: Edition, facts: Facts, whence: Origin) -> Group:
    found = [
        _component(one, edition, facts, whence)
        for one in edition.components
        if one.code.partition(".")[0] == group.code
    ]
    points = [one.points for one in found if one.points is not None]
    return Group(group.code, group.name, round(sum(points), 2) if points else None, group.max, found)


def _component(weight: ComponentWeight, edition: Edition, facts: Facts, whence: Origin) -> Component:
    ratio = parts.ratio_of(weight.code, facts)
    reason = str(_REASONS[ratio.reason]) if ratio.reason else ""
    if weight.max == 0 and not reason:
        reason = _("Chỉ theo dõi, không chấm điểm.")
    return Component(
        code=weight.code, name=weight.name, numerator=ratio.numerator, denominator=ratio.denominator, value=ratio.value,
        unit=_("giờ") if weight.code == "2.2" else "%", threshold=weight.threshold, points=parts.points_of(weight, ratio), max=weight.max,
        as_of=whence.as_of, source=edition.source if weight.code.startswith("5.") and ratio.reason else whence.source,
        verified=weight.verified, reason=reason,
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
