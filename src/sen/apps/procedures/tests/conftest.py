"""Empty tables of dossiers before each test. Imports wait for the fixture: pytest reads this file before Django is set up."""

from __future__ import annotations

import pytest


@pytest.fixture
def store(db: None) -> None:
    """Empty tables, and the units with their agency codes."""
    from sen.apps.procedures.tests import world

    world.prepare()
