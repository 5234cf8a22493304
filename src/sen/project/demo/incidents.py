"""The demonstration's incidents: a drill with its review three days ago, and one that has been running for forty minutes."""

from __future__ import annotations

from sen.apps.incidents import interface as incidents


def create() -> None:
    """Make what is missing; nothing changes at the second call."""
    incidents.create_demonstration()
