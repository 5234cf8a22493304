"""Asks every module once a day whether it is still ready."""

from __future__ import annotations

from procrastinate.contrib.django import app

from sen.apps.effectiveness import services
from sen.kernel.scopes import SYSTEM


@app.periodic(cron="40 5 * * *")
@app.task(name="effectiveness.evaluate", queueing_lock="effectiveness.evaluate")
def evaluate(timestamp: int) -> None:
    """Before the working day, so that who opens the console in the morning sees what stopped being ready."""
    services.evaluate_all(scope=SYSTEM)
