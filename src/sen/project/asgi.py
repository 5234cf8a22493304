"""The web process's ASGI application: hot paths and probes go to plain ASGI applications, the rest to Django."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")

from django.core.asgi import get_asgi_application

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

django = get_asgi_application()

# path → methods, module, attribute. Other methods on these paths answer 405.
_PLAIN: dict[str, tuple[frozenset[str], str, str]] = {
    "/api/v1/observations": (frozenset({"POST"}), "sen.project.http.observations", "observations_app"),
    "/live": (frozenset({"GET"}), "sen.project.http.live", "live_app"),
    "/healthz": (frozenset({"GET", "HEAD"}), "sen.project.http.health", "health_app"),
    "/readyz": (frozenset({"GET", "HEAD"}), "sen.project.http.health", "health_app"),
    "/metrics": (frozenset({"GET", "HEAD"}), "sen.project.http.health", "health_app"),
}
_loaded: dict[str, App] = {}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Dispatch one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(scope, receive, send)
        return
    plain = _PLAIN.get(scope.get("path", "")) if scope["type"] == "http" else None
    if plain:
        known = scope["method"] in plain[0]
        await (_plain_app(plain[1], plain[2]) if known else _not_allowed(plain[0]))(scope, receive, send)
        return
    if scope["type"] == "http":
        await django(scope, receive, send)


def _plain_app(module: str, attribute: str) -> App:
    found = _loaded.get(f"{module}.{attribute}")
    if found is None:
        found = _loaded[f"{module}.{attribute}"] = getattr(import_module(module), attribute)
    return found


def _not_allowed(methods: frozenset[str]) -> App:
    """An application that answers 405 as problem+json."""

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        from sen.project.problems import problem

        answer = problem(405)
        headers = [(b"content-type", answer["Content-Type"].encode()), (b"allow", ", ".join(sorted(methods)).encode())]
        await send({"type": "http.response.start", "status": 405, "headers": headers})
        await send({"type": "http.response.body", "body": answer.content})

    return refuse


async def _lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Start and stop what the plain applications keep open: a module may offer coroutines `startup` and `shutdown`."""
    modules = [import_module(name) for name in sorted({module for _, module, _ in _PLAIN.values()})]
    while True:
        message = await receive()
        step = message["type"].removeprefix("lifespan.")
        try:
            for module in modules:
                if hook := getattr(module, step, None):
                    await hook()
        except Exception as error:
            await send({"type": f"lifespan.{step}.failed", "message": repr(error)})
            raise
        await send({"type": f"lifespan.{step}.complete"})
        if step == "shutdown":
            return
