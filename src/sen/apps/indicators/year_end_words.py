"""Says in words where a year-end forecast comes from, or why there is none."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sen.apps.indicators.year_end import YearEnd

_REASONS: dict[str, Promise] = {
    "no_history": gettext_lazy("Chưa dự báo: chưa có năm trước nào đủ số để so."),
    "nothing_yet": gettext_lazy("Chưa dự báo: năm nay chưa có số."),
    "not_positive": gettext_lazy("Chưa dự báo: có số lũy kế bằng 0 hoặc âm."),
}
_RULES: dict[str, Promise] = {
    "shape": gettext_lazy("tiến độ các năm trước"),
    "pace": gettext_lazy("so cùng kỳ năm trước"),
    "growth": gettext_lazy("mức tăng hằng năm"),
    "mean": gettext_lazy("bình quân các năm trước"),
}


def explained(found: YearEnd) -> str:
    """One or two sentences: what the figure rests on. Nothing where the year is over."""
    if found.method == "final":
        return ""
    if found.method == "none":
        return str(_REASONS[found.reason])
    if found.method == "even":
        return _("Tính theo nhịp từ đầu năm vì chưa có năm trước để so; độ chắc thấp.")
    words = ngettext("Dựa vào {years} năm trước đủ số", "Dựa vào {years} năm trước đủ số", found.years)
    words = words.format(years=found.years)
    if found.usual_share is not None:
        words += _("; đến kỳ này các năm trước thường đạt {share} % cả năm").format(
            share=round(found.usual_share * 100)
        )
    strongest = sorted(found.weights.items(), key=lambda one: -one[1])
    parts = ", ".join(f"{_RULES[rule]} {round(weight * 100)} %" for rule, weight in strongest if weight >= 0.05)
    return _("{words}. Cách tính: {parts}. Khoảng dự báo đúng 8 trên 10 lần.").format(words=words, parts=parts)
