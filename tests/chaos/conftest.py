"""A small centre to kill: with the migrations applied, and with a database that keeps what it has acknowledged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bench.small_centre import Centre
from tests import prepared_database


@pytest.fixture(scope="module")
def centre() -> Iterator[Centre]:
    """One for each module: what is killed comes back later each time."""
    made = Centre()
    prepared_database.put_into(made.folder, hasty=False)
    with made:
        yield made
