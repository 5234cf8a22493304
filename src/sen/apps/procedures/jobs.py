"""Nightly work on dossiers."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sen.apps.procedures import forecast_check, storing


@app.periodic(cron="30 18 * * *")
@app.task(queueing_lock="procedures.recount", pass_context=False)
def recount_everything(timestamp: int) -> None:
    """At 01:30 in Vietnam: count every cohort anew, and learn how long finished dossiers took."""
    storing.recount(everything=True)


@app.periodic(cron="50 18 * * *")
@app.task(queueing_lock="procedures.check_forecast", pass_context=False)
def check_forecast(timestamp: int) -> None:
    """At 01:50 in Vietnam: foretell past days again and count what became of it."""
    forecast_check.check()
