"""Makes the weekly digests whose moment has come."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sen.apps.programme.digest import making
from sen.kernel import clock


@app.periodic(cron="*/5 * * * *")
@app.task(name="programme.digests", queueing_lock="programme.digests")
def make_digests(timestamp: int) -> None:
    """Every five minutes; a unit's digest of a week is made once."""
    making.run_due(clock.now())
