"""Counts the SQL statements and the processor time of pages: a process of its own that answers them as the web process does, on the same engines.

Reads `[[user name, address], …]` from its input and prints a line `{"address": …, "statements": n, "cpu_ms": m}` for each: the least of two visits after
one to warm up, of this process alone, so that a busy machine hardly moves it. `--show USER ADDRESS` prints what one page asks, for those who mend it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client


VISITS = 2


class Counter:
    """Every statement that passes, with its milliseconds."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, str]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.asked.append(((time.perf_counter() - began) * 1000, sql))


def visit(client: Client, address: str) -> tuple[list[tuple[float, str]], float]:
    """What a page asks after the first time, which fills what a process keeps, and its processor time in milliseconds."""
    from django.db import connection

    client.get(address)
    each = []
    for _visit in range(VISITS):
        counter, began = Counter(), time.process_time()
        with connection.execute_wrapper(counter):
            client.get(address)
        each.append((len(counter.asked), (time.process_time() - began) * 1000, counter.asked))
    return min(each, key=lambda one: one[0])[2], round(min(one[1] for one in each), 1)


def client_of(username: str) -> Client:
    """A browser in which a person has signed in."""
    from django.test import Client

    from sen.apps.access.models import User

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(
        User.objects.get(username=username), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def main() -> None:
    """Count, or show."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sen.project.settings")
    import django

    django.setup()
    clients: dict[str, Client] = {}
    if "--show" in sys.argv:
        who, address = sys.argv[-2:]
        for milliseconds, sql in visit(client_of(who), address)[0]:
            print(f"{milliseconds:6.1f} ms  {sql}")
        return
    for who, address in json.load(sys.stdin):
        if who not in clients:
            clients[who] = client_of(who)
        asked, cpu_ms = visit(clients[who], address)
        print(json.dumps({"address": address, "statements": len(asked), "cpu_ms": cpu_ms}), flush=True)


if __name__ == "__main__":
    main()
