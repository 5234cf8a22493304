"""Turns the definitions of schema.py into statements, for one machine or for a cluster, and applies what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError

from sen.telemetry.address import Address, error_of, parse, unreachable
from sen.telemetry.schema import MIGRATIONS, Table, View

Versions = Sequence[tuple[int, str, Sequence[Table | View]]]

# The log forgets a message once the store has it: the store must have it on disk, not in the cache of the system.
DURABLE = ("fsync_after_insert = 1", "fsync_part_directory = 1")


def statements(item: Table | View, cluster: str = "") -> list[str]:
    """The CREATE statements of one table or view; with `cluster`, a replicated `<name>_local` and a Distributed `<name>`."""
    if isinstance(item, View):
        return [_view(item, cluster)]
    if not cluster:
        return [_table(item, item.name, item.engine, "")]
    engine, _, arguments = item.engine.partition("(")
    arguments = arguments.rstrip(")")
    path = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'"
    replicated = f"Replicated{engine}({path}{', ' + arguments if arguments else ''})"
    local = f"{item.name}_local"
    shard = f"cityHash64({item.shard})" if item.shard != "series" else "series"
    return [
        _table(item, local, replicated, f" ON CLUSTER '{cluster}'"),
        f"CREATE TABLE IF NOT EXISTS {item.name} ON CLUSTER '{cluster}' AS {local}\n"
        f"ENGINE = Distributed('{cluster}', currentDatabase(), '{local}', {shard})",
    ]


def _table(item: Table, name: str, engine: str, on_cluster: str) -> str:
    columns = ",\n".join(f"    {column}" for column in item.columns)
    lines = [f"CREATE TABLE IF NOT EXISTS {name}{on_cluster} (\n{columns}\n)", f"ENGINE = {engine}"]
    if item.partition_by:
        lines.append(f"PARTITION BY {item.partition_by}")
    lines.append(f"ORDER BY {item.order_by}")
    if item.ttl:
        lines.append(f"TTL {item.ttl}")
    lines.append(f"SETTINGS {', '.join((*item.settings, *DURABLE))}")
    return "\n".join(lines)


def _view(item: View, cluster: str) -> str:
    suffix, on_cluster = ("_local", f" ON CLUSTER '{cluster}'") if cluster else ("", "")
    select = item.select.replace("{source}", f"{item.source}{suffix}")
    return f"CREATE MATERIALIZED VIEW IF NOT EXISTS {item.name}{on_cluster} TO {item.target}{suffix} AS {select}"


def all_statements(cluster: str = "", versions: Versions = MIGRATIONS) -> list[str]:
    """Every statement of every version, in order; what the snapshot tests hold."""
    return [text for _, _, items in versions for item in items for text in statements(item, cluster)]


def migrate(url: str, cluster: str = "", versions: Versions = MIGRATIONS, ledger: str = "telemetry_migrations") -> None:
    """Bring the database of `url` to the newest of `versions`; safe to run again and after a crash half way.

    `ledger` is the table that says which versions are there. Raises Unavailable when ClickHouse does not answer, TelemetryError
    when it refuses a statement.
    """
    address = parse(url)
    _ensure_database(address, cluster)
    on_cluster = f" ON CLUSTER '{cluster}'" if cluster else ""
    engine = "ReplicatedMergeTree('/clickhouse/tables/all/{database}/{table}', '{replica}')" if cluster else "MergeTree"
    try:
        client = connect(address)
        try:
            client.command(
                f"CREATE TABLE IF NOT EXISTS {ledger}{on_cluster} "
                "(version UInt32, name String, applied DateTime DEFAULT now()) "
                f"ENGINE = {engine} ORDER BY version"
            )
            applied = client.query(f"SELECT DISTINCT version FROM {ledger}")  # noqa: S608 - a name of ours
            done = {row[0] for row in applied.result_rows}
            for version, name, items in versions:
                if version in done:
                    continue
                for item in items:
                    for text in statements(item, cluster):
                        client.command(text)
                client.insert(ledger, [[version, name]], column_names=["version", "name"])
        finally:
            client.close()
    except OperationalError as error:
        raise unreachable(error) from error
    except ClickHouseError as error:
        raise error_of(str(error)) from error


def connect(address: Address, database: str | None = None) -> clickhouse_connect.driver.Client:
    """A client without a session, so that threads share it; raises OperationalError when nothing answers."""
    return clickhouse_connect.get_client(
        host=address.host,
        port=address.port,
        username=address.user,
        password=address.password,
        database=database or address.database,
        secure=address.secure,
        autogenerate_session_id=False,
        connect_timeout=5,
        send_receive_timeout=300,
        query_limit=0,
    )


def _ensure_database(address: Address, cluster: str) -> None:
    if address.database == "default":
        return
    on_cluster = f" ON CLUSTER '{cluster}'" if cluster else ""
    try:
        client = connect(address, "default")
        try:
            client.command(f"CREATE DATABASE IF NOT EXISTS `{address.database}`{on_cluster}")
        finally:
            client.close()
    except OperationalError as error:
        raise unreachable(error) from error
    except ClickHouseError as error:
        raise error_of(str(error)) from error
