"""Finds every door of the web: each page of Django's resolver and each operation of the REST API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Door:
    """One entry of the matrix: `GET /admin/units/<str:code>/` or `POST /api/v1/sources/{code}/stop`."""

    method: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def doors() -> list[Door]:
    """Pages are asked with GET, unless the matrix says that they only take POST; operations with their own method."""
    return sorted(
        {*_pages(get_resolver().url_patterns, "/"), *_operations()}, key=lambda door: (door.path, door.method)
    )


def _pages(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Door]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith("/api/v1/") and path not in {"/api/v1/", "/api/v1/openapi.json"}:
            continue
        if isinstance(pattern, URLResolver):
            yield from _pages(pattern.url_patterns, path)
        else:
            yield Door("GET", path)


def _operations() -> Iterator[Door]:
    from sen.project.rest_api import api

    for path, operations in api.get_openapi_schema()["paths"].items():
        for method in operations:
            yield Door(method.upper(), path)


def ask(client: Client, method: str, path: str, body: Any) -> HttpResponseBase:
    """One request as a browser or program sends it."""
    if isinstance(body, str):
        return client.generic(method, path, body, content_type="application/json")
    if method == "POST":
        return client.post(path, body or {})
    return client.generic(method, path)


def outcome(response: HttpResponseBase) -> str:
    """`allow` (also where the request itself is at fault), `forbid`, `hide`, or `sign_in`."""
    status = response.status_code
    if status == 401 or (status in {301, 302} and response["Location"].startswith("/accounts/login/")):
        return "sign_in"
    if status >= 500:
        return f"error {status}"
    return {403: "forbid", 404: "hide", 405: "not_taken"}.get(status, "allow")
