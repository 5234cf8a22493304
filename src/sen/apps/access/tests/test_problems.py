"""Whatever goes wrong below /api/ answers problem+json, with a code, a cause and an action."""

from __future__ import annotations

import pytest
from django.test import Client

from sen.apps.access import interface as access


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/api/v1/nothing-here", 404),
        ("get", "/api/v1/units/none", 404),
        ("put", "/api/v1/units", 405),
        ("get", "/api/v1/units?as_of=never", 422),
        ("get", "/api/v1/units?limit=0", 422),
        ("get", "/api/v1/units?cursor=x", 422),
        ("get", "/api/v1/units/%00", 422),
        ("delete", "/api/v1/tokens/not-a-uuid", 422),
    ],
)
def test_errors_are_problems(client: Client, accounts, method: str, path: str, status: int) -> None:
    token = access.create_token("quantri", "thử", ["admin"])
    answer = getattr(client, method)(path, HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["code"] and body["detail"]


def test_signed_out_callers_are_refused(client: Client, db: None) -> None:
    answer = client.get("/api/v1/units")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_broken_body_is_a_problem(client: Client, accounts) -> None:
    token = access.create_token("quantri", "thử", ["admin"])
    answer = client.post("/api/v1/tokens", b"{", content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code in {400, 422} and answer["Content-Type"] == "application/problem+json"


def test_lists_have_a_cursor_and_objects_an_etag(client: Client, accounts) -> None:
    headers = {"HTTP_AUTHORIZATION": f"Bearer {access.create_token('xa-a', 'thử', ['read'])}"}
    seen: list[str] = []
    url = "/api/v1/units?level=commune&limit=50"
    while url:
        page = client.get(url, **headers).json()
        seen += [item["code"] for item in page["items"]]
        url = f"/api/v1/units?level=commune&limit=50&cursor={page['next']}" if page["next"] else ""
    assert len(seen) == len(set(seen)) == 102
    first = client.get("/api/v1/units/82", **headers)
    assert first.json()["name"] == "Tỉnh Đồng Tháp" and len(first.json()["predecessors"]) == 2
    assert client.get("/api/v1/units/82", **headers, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    then = client.get("/api/v1/units?q=tien giang&as_of=2025-06-30", **headers).json()["items"]
    assert [unit["code"] for unit in then] == ["82"]


def test_every_response_carries_the_strict_policy(client: Client, db: None) -> None:
    answer = client.get("/accounts/login/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
