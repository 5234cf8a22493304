"""What the matrix needs of templates: one of the province's and one that a commune keeps for itself."""

from __future__ import annotations

from django.test import Client
from tests.permissions.callers import post


def furnish(clients: dict[str, Client], values: dict[str, str]) -> dict[str, str]:
    """The province's limits for one commune, and a private code list of the neighbour commune."""
    return _shared_template(values) | _private_template(clients["neighbour_commune"])


def _shared_template(values: dict[str, str]) -> dict[str, str]:
    """Limits of the province for the first commune alone, which follows the first of two versions with a value of its own."""
    from sen.apps.organisations import interface as organisations
    from sen.apps.packs import interface as packs
    from sen.kernel.scopes import SYSTEM

    province, commune = organisations.province(), organisations.unit(values["commune"])
    row = {
        "code": "bui-min", "property": "pm25", "averaging": "24h", "unit": "ug/m3", "maximum": 40.0, "severity": "warning",
        "valid_from": "2026-01-01", "label": "Bụi mịn", "source": "thử",
    }  # fmt: skip
    made = packs.create_template(
        scope=SYSTEM, kind="limit_set", code="nguong-chung", name="Ngưỡng chung", owner_id=province.id, content={"rows": [row]}
    )  # fmt: skip
    audience = packs.Audience("units", unit_ids=(commune.id,))
    packs.publish(scope=SYSTEM, template_id=made.id, audience=audience, open_fields=["/rows/*/maximum"])
    packs.inherit(scope=SYSTEM, template_id=made.id, unit_id=commune.id)
    packs.override(
        scope=SYSTEM, template_id=made.id, unit_id=commune.id, changes={"/rows/bui-min/maximum": 35.0}, reason="thử"
    )  # fmt: skip
    packs.publish(scope=SYSTEM, template_id=made.id, audience=audience, open_fields=["/rows/*/maximum"])
    return {"template": str(made.id)}


def _private_template(client: Client) -> dict[str, str]:
    """A code list that the neighbour commune keeps for itself."""
    [unit] = {one["unit"] for one in client.get("/api/v1/me").json()["memberships"]}
    content = {"items": [{"code": "a", "name": "Mục A"}]}
    body = {"kind": "code_list", "code": "cua-rieng", "name": "Của riêng", "owner": unit, "content": content}
    made = post(client, "/api/v1/templates", body)
    publication = {"revision": made["revision"], "audience": {"rule": "own"}}
    post(client, f"/api/v1/templates/{made['id']}/publish", publication)
    return {"private": made["id"]}
