"""Periodic work on assets: retention of observations by class of series."""

from __future__ import annotations

from collections import defaultdict

import structlog
from procrastinate.contrib.django import app

from sen.apps.assets.models import Series
from sen.apps.assets.readings import store
from sen.kernel.configuration import settings
from sen.telemetry import retention

log = structlog.get_logger(__name__)


@app.periodic(cron="15 18 * * *")  # 01:15 in Vietnam
@app.task(queueing_lock="assets.retention", pass_context=False)
def enforce_retention(timestamp: int) -> None:
    """Delete observations that are older than their class allows; roll-ups and indices stay."""
    members: dict[str, list[int]] = defaultdict(list)
    for number, name in Series.objects.order_by("number").values_list("number", "retention"):
        members[name].append(number)
    days = {name: getattr(settings(), f"raw_days_{name}") for name in retention.RAW_DAYS}
    done = retention.enforce(store(), members, days)
    log.info(
        "retention_enforced",
        dropped_months=done.dropped_months,
        kept_from={k: str(v) for k, v in done.kept_from.items()},
    )
