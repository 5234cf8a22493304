"""Keeps witnesses of the chain, and retires events after their retention."""

from __future__ import annotations

from datetime import timedelta

import structlog
from procrastinate.contrib.django import app

from sen.apps.audit import queries, services, witness
from sen.kernel import clock

log = structlog.get_logger(__name__)
RETENTION = timedelta(days=400)  # twelve months at least (security policy), and a month to look at them


@app.periodic(cron="*/10 * * * *")
@app.task(name="audit.witness_head", queueing_lock="audit.witness_head")
def witness_head(timestamp: int) -> None:
    """Note the head of the chain outside the database."""
    witness.witness_head()


@app.periodic(cron="20 2 * * *")
@app.task(name="audit.verify", queueing_lock="audit.verify")
def verify(timestamp: int) -> None:
    """Walk the chain each night and say loudly where it is broken."""
    found = queries.verify(witness.heads_file())
    if not found.ok:
        log.error("audit_chain_broken", at=found.broken_at, why=found.why)


@app.periodic(cron="40 2 1 * *")
@app.task(name="audit.retire", queueing_lock="audit.retire")
def retire(timestamp: int) -> None:
    """Move events past their retention into files."""
    services.retire(before=clock.now() - RETENTION, folder=witness.heads_file().parent)
