"""Runs once at every start, before the processes: brings all schemas up to date and fills a new data folder.

A process of its own, so that the supervisor never loads Django and what comes with it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sen.kernel.errors import SenError
from sen.project import centre
from sen.project.processes.entry import begin


def main() -> None:
    """Prepare; exits with 1 and one line on standard error per problem."""
    parser = argparse.ArgumentParser(prog="sen.project.processes.prepare")
    parser.add_argument("--demo", action="store_true")
    arguments = parser.parse_args()
    configuration = begin("prepare", beat=False)
    try:
        _schemas(configuration.clickhouse_url, configuration.clickhouse_cluster, configuration.nats_url)
        _packs()
        if arguments.demo:
            _fill(configuration.data)
        else:
            _begin_empty(configuration.province)
    except SenError as error:
        sys.exit(f"{error.message} {error.action}".strip())


def _schemas(clickhouse_url: str, cluster: str, nats_url: str) -> None:
    from django.core.management import call_command

    from sen.apps.procedures import interface as procedures
    from sen.eventbus import ensure_streams
    from sen.telemetry.ddl import migrate

    _timed("PostgreSQL", lambda: call_command("migrate", interactive=False, verbosity=0))
    _timed("ClickHouse", lambda: migrate(clickhouse_url, cluster))
    _timed("ClickHouse, dossiers", lambda: procedures.prepare_store(clickhouse_url, cluster))
    _timed("NATS", lambda: asyncio.run(ensure_streams(nats_url)))


def _packs() -> None:
    from sen.apps.indicators import interface as indicators
    from sen.apps.packs import interface as packs

    packs.packs()  # reads and checks all of them
    indicators.register_pack_indicators()


def _fill(data: Path) -> None:
    if centre.read_choice(data).filled:
        return
    from sen.project import demo

    _timed("demo", lambda: demo.fill(data))
    centre.write_choice(data, centre.Choice(demo=True, filled=True))


def _begin_empty(province: str) -> None:
    """The province's units as facts, and the account with which its people set up the rest."""
    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations

    organisations.install_province(province, scope=access.SYSTEM)
    access.create_first_administrator()


def _timed(what: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    print(f"{what}: {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
