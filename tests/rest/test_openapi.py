"""Whatever schemathesis makes of the OpenAPI, good and bad, no operation answers 5xx and every refusal is a problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from tests.permissions.world import World, centre

pytestmark = pytest.mark.django_db  # asks pytest-django for the test database
SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=get_wsgi_application())
# The plain ASGI endpoint has its own tests.
EFFORT = settings(
    max_examples=5,  # of each mode and operation; the seed is fixed, so that more of them find the same every night
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
OPERATIONS = [found.ok() for found in SCHEMA.exclude(path="/api/v1/observations").get_all_operations()]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The permission matrix's small centre, rolled back at the end."""
    with centre(django_db_blocker) as made:
        yield made


@pytest.fixture(scope="module")
def bearer(world: World) -> dict[str, str]:
    from sen.apps.access import interface as access

    return {"Authorization": f"Bearer {access.create_token('quantri', 'schemathesis', ['admin'])}"}


@pytest.fixture(scope="module", autouse=True)
def one_connection(bearer: dict[str, str]) -> Iterator[None]:
    """As Django's test client does, and only after it was used: keep the connection of the transaction between requests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_operation_breaks(operation: Any, bearer: dict[str, str]) -> None:
    """Requests that the schema allows, and such that it does not."""
    for mode in schemathesis.GenerationMode:

        @EFFORT
        @given(case=operation.as_strategy(generation_mode=mode))
        def survives(case: Any) -> None:
            _survives(case, bearer)

        survives()


def _survives(case: Any, bearer: dict[str, str]) -> None:
    with transaction.atomic():
        answer = case.call(headers=bearer)
        transaction.set_rollback(True)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"][0].startswith("application/problem+json")
