"""Nightly work on dossiers."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sen.apps.procedures import storing


@app.periodic(cron="30 18 * * *")
@app.task(queueing_lock="procedures.recount", pass_context=False)
def recount_everything(timestamp: int) -> None:
    """At 01:30 in Vietnam: count every cohort anew, and learn how long finished dossiers took."""
    storing.recount(everything=True)
