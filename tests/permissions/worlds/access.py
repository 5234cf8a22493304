"""What the matrix needs of people: a token and an invitation."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import post


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """A token of the administrator and a link that nobody has used yet."""
    return _tokens(clients["administrator"]) | _invitation()


def _tokens(client: Client) -> dict[str, str]:
    return {"token": post(client, "/api/v1/tokens", {"name": "của quản trị"})["id"]}


def _invitation() -> dict[str, str]:
    """A link that nobody has used yet, to the ground of the asset."""
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations

    issued = access.invite(
        scope=access.SYSTEM, unit_id=organisations.unit("28249").id, role=access.Role.COMMUNE_OFFICER, full_name="Người Mới",
        username="nguoi-moi",
    )  # fmt: skip
    return {"invitation": issued.secret}
