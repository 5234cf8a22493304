"""Cleaning of the file store."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from sen.apps.files import services

log = structlog.get_logger(__name__)


@app.periodic(cron="10 3 * * *")
@app.task(queueing_lock="files.clean", pass_context=False)
def clean_files(timestamp: int) -> None:
    """Delete contents that no file names any more."""
    log.info("files_cleaned", deleted=services.clean())
