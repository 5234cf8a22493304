"""Periodic work of the connection desk."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from sen.apps.sources import dead_letters, health, proposals
from sen.apps.sources.models import Proposal, ProposalState
from sen.kernel import clock


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="sources.watch", pass_context=False)
def watch_sources(timestamp: int) -> None:
    """Record who went late, lost or came back."""
    health.refresh_states()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sources.completeness", pass_context=False)
def measure_completeness(timestamp: int) -> None:
    """Completeness and heartbeat bars of the sources that are due."""
    health.refresh_completeness()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="sources.waiting", pass_context=False)
def replay_stragglers(timestamp: int) -> None:
    """Replay what still arrived as waiting while ingest learned of an accepted device."""
    recently = clock.now() - timedelta(minutes=30)
    for proposal in Proposal.objects.filter(state=ProposalState.ACCEPTED, decided_at__gte=recently).select_related(
        "source"
    ):
        proposals.replay_waiting(proposal)


@app.periodic(cron="30 2 * * *")
@app.task(queueing_lock="sources.retention", pass_context=False)
def delete_old_letters(timestamp: int) -> None:
    """Dead letters past their retention."""
    dead_letters.apply_retention()
