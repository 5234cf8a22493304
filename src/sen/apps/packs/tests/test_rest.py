"""The packs through REST."""

from __future__ import annotations

import pytest
from django.test import Client

from sen.apps.access import interface as access
from sen.apps.access.interface import SYSTEM
from sen.apps.organisations import interface as organisations


@pytest.fixture
def get(db: None, client: Client):
    """GET with a token of the demonstration's data steward."""
    organisations.install_province("82", scope=SYSTEM)
    access.create_demo_accounts()
    token = access.create_token("dulieu", "thử", ["read"])
    return lambda path: client.get(f"/api/v1{path}", HTTP_AUTHORIZATION=f"Bearer {token}")


def test_properties_kinds_and_limits(get) -> None:
    properties = {item["code"]: item for item in get("/properties").json()["items"]}
    assert properties["pm25"]["unit"] == "ug/m3"
    kinds = {item["code"]: item for item in get("/asset-kinds").json()["items"]}
    assert kinds["air_station"]["smart_data_model"] == "AirQualityObserved"
    old = get("/limits?property=pm25&as_of=2025-12-31").json()["items"]
    new = get("/limits?property=pm25&as_of=2026-01-01").json()["items"]
    assert [[item["maximum"] for item in items if item["averaging"] == "24h"] for items in (old, new)] == [
        [50.0],
        [45.0],
    ]
    gauge = get("/limits?property=water_level&station=my-tho&as_of=2026-01-01").json()["items"]
    assert [item["verified"] for item in gauge] == [False, False, False]


def test_what_is_not_known_is_said(get, client: Client) -> None:
    assert get("/limits?property=nothing").status_code == 404
    assert get("/limits?as_of=yesterday").status_code == 422
    assert client.get("/api/v1/properties").status_code == 401
