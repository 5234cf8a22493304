"""The centre and the REST clients of the connection desk's tests serve here as well."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sen.apps.sources.tests.conftest import centre, rest

__all__ = ["centre", "rest"]


@pytest.fixture(autouse=True)
def forgotten_board() -> Iterator[None]:
    """Each test has a database of its own: what the process remembers of another one is forgotten."""
    from sen.apps.assets import board

    board.forget()
    yield
    board.forget()
