"""Figures of documents for indicators, `vb.…`: each unit's own register by the month in which documents were registered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from sen.apps.documents import figures
from sen.apps.documents.values import DocumentCounts
from sen.apps.indicators import interface as indicators
from sen.apps.indicators.interface import ComputedValue, Definition, Period
from sen.kernel import clock

PREFIX = "vb"
_Made = Callable[[DocumentCounts], float | None]


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _figures() -> dict[str, tuple[str, str, int, str, str, _Made]]:
    """Code → name, unit label, decimals, direction, rule across units, how it is made of the counts."""
    return {
        "vb.incoming": (_("Văn bản đến"), _("văn bản"), 0, "none", "sum", lambda counts: counts.incoming),
        "vb.outgoing": (_("Văn bản đi"), _("văn bản"), 0, "none", "sum", lambda counts: counts.outgoing),
        "vb.unread": (_("Văn bản đến chưa đọc"), _("văn bản"), 0, "down", "sum", lambda counts: counts.unread),
        "vb.late": (_("Văn bản xử lý trễ"), _("văn bản"), 0, "down", "sum", lambda counts: counts.late),
        "vb.on_time_rate": (_("Tỷ lệ văn bản xử lý đúng hạn"), "%", 1, "up", "none", lambda counts: _percent(counts.on_time_share)),
        "vb.signed_rate": (_("Tỷ lệ văn bản phát hiện chữ ký số"), "%", 1, "up", "none", lambda counts: _percent(counts.signed_share)),
        "vb.electronic_rate": (_("Tỷ lệ văn bản hoàn toàn điện tử"), "%", 1, "up", "none", lambda counts: _percent(counts.electronic_share)),
        "vb.mean_hours": (_("Thời gian xử lý văn bản trung bình"), _("giờ"), 1, "down", "none", lambda counts: counts.mean_hours),
    }  # fmt: skip


class DocumentFigures:
    """The origin of `vb.…`."""

    def definitions(self) -> list[Definition]:
        """What is computed; without a query."""
        source = _("Sổ văn bản đến và đi")
        return [
            Definition(
                code=code, name=name, unit_label=label, decimals=decimals, direction=direction, period="month", cumulative=False,
                across_units=across, weight="", formula="", source_agency=_("Văn phòng UBND"), due_day=None, source=source, pack="",
                simulated=False, origin="computed",
            )
            for code, (name, label, decimals, direction, across, _made) in _figures().items()
        ]  # fmt: skip

    def values(
        self, code: str, unit_ids: Sequence[UUID], periods: Sequence[Period]
    ) -> dict[tuple[UUID, str], ComputedValue]:
        """By (unit, period); units without a register in the period are left out. One statement a period."""
        made = _figures()[code][-1]
        found: dict[tuple[UUID, str], ComputedValue] = {}
        for period in periods:
            for unit_id, counts in figures.of_units(unit_ids, period.start, period.last_day).items():
                value = made(counts)
                found[unit_id, period.key] = ComputedValue(
                    value=None if value is None else float(value),
                    reason="" if value is not None else _("Chưa có văn bản nào để chia trong kỳ."),
                    source=_("Sổ văn bản: {n} văn bản").format(n=counts.total), as_of=counts.newest or clock.now(),
                    simulated=counts.simulated > 0,
                )  # fmt: skip
        return found


def register() -> None:
    """The figures of documents; called once from AppConfig.ready."""
    indicators.register_origin(PREFIX, DocumentFigures())
