"""Made-up values for the style page, so that it looks the same on every day and every installation."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import Any

from sen.kernel import clock

SWATCHES = (
    "bg",
    "surface",
    "raised",
    "line",
    "text",
    "muted",
    "accent",
    "info",
    "notice",
    "warning",
    "serious",
    "emergency",
    "good",
    "stale",
)
_HOUR_MS = 3_600_000
_START_MS = 1_795_366_800_000  # 23/11/2026 00:00 in Vietnam


def style_sample() -> dict[str, Any]:
    """Context of the style page."""
    now = clock.now()
    return {
        "themes": ("light", "dark"),
        "swatches": SWATCHES,
        "severities": ("info", "notice", "warning", "serious", "emergency"),
        "fresh_at": now - timedelta(minutes=2, seconds=10),
        "late_at": now - timedelta(hours=3, minutes=1),
        "lost_at": now - timedelta(hours=19, minutes=5),
        "beats": (["ok"] * 24, ["ok"] * 10 + ["late"] + ["ok"] * 6 + ["late"] + ["ok"] * 6, ["ok"] * 10 + ["miss"] * 14, ["ok"] * 16 + ["miss"] * 3 + ["none"] * 5),
        "parts": (("ok", 30), ("inv", 2), ("ok", 8), ("gap", 3), ("lost", 1), ("ok", 6)),
        "spark_up": [math.sin(step / 4) + step / 9 for step in range(13)],
        "aqi": ((1, "32 Tốt"), (2, "78 Trung bình"), (3, "110 Kém"), (4, "168 Xấu"), (5, "240 Rất xấu"), (6, "320 Nguy hại")),
        "chart": json.dumps(_chart(), ensure_ascii=False),
    }  # fmt: skip


def _chart() -> dict[str, Any]:
    values = (48, 46, 44, 45, 50, 58, 70, 82, 86, 80, 74, 70, 66, None, None, None, 60, 64, 112, 72, 76, 80, 74, 70, 66)
    marks = {4: 1, 5: 1, 18: 2, 20: 3, 21: 3}
    points = [[_START_MS + hour * _HOUR_MS, value, marks.get(hour, 0)] for hour, value in enumerate(values)]
    return {
        "label": "PM10 trong 24 giờ", "unit": "µg/Nm³", "decimals": 0, "from": _START_MS, "to": _START_MS + 24 * _HOUR_MS, "level": False,
        "series": [{"name": "PM10", "role": "main", "bridge": _HOUR_MS, "points": points}],
        "limits": [{"value": 100, "label": "giới hạn 100", "severity": "serious", "verified": True}],
        "gaps": [[_START_MS + 13 * _HOUR_MS, _START_MS + 15 * _HOUR_MS, ""]],
    }  # fmt: skip
