"""Opening many centres, and taking that back, outside the request of the person who asked for it."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from sen.apps.centres import bulk as batches


@app.task(name="centres.open_many", retry=3)
def open_many(bulk: str) -> None:
    """Open the centres of a batch."""
    batches.run(UUID(bulk))


@app.task(name="centres.undo_many", retry=3)
def undo_many(bulk: str, username: str) -> None:
    """Take the openings of a batch back."""
    batches.run_undo(UUID(bulk), username)
