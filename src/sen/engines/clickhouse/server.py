"""The process of the embedded ClickHouse: `python -m sen.engines.clickhouse.server --data FOLDER --port PORT`."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import time
from pathlib import Path

import uvicorn

from sen.engines.clickhouse.requests import Account
from sen.engines.secret_file import engine_password

MIB = 1024 * 1024
# Sizes for a machine that this engine shares with everything else; a province that outgrows them runs a real server.
# An insert is on the disk before it is answered: the durable log acknowledges what was stored and does not send it again.
CONFIGURATION = f"""<clickhouse>
  <timezone>UTC</timezone>
  <max_server_memory_usage>{1200 * MIB}</max_server_memory_usage>
  <mark_cache_size>{48 * MIB}</mark_cache_size>
  <primary_index_cache_size>{48 * MIB}</primary_index_cache_size>
  <index_mark_cache_size>{8 * MIB}</index_mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <index_uncompressed_cache_size>0</index_uncompressed_cache_size>
  <query_condition_cache_size>{8 * MIB}</query_condition_cache_size>
  <compiled_expression_cache_size>{8 * MIB}</compiled_expression_cache_size>
  <max_thread_pool_size>256</max_thread_pool_size>
  <max_thread_pool_free_size>8</max_thread_pool_free_size>
  <merges_mutations_memory_usage_soft_limit>{400 * MIB}</merges_mutations_memory_usage_soft_limit>
  <merge_tree><fsync_after_insert>1</fsync_after_insert><fsync_part_directory>1</fsync_part_directory></merge_tree>
  <remote_url_allow_hosts></remote_url_allow_hosts>
  <profiles>
    <default>
      <max_memory_usage>{800 * MIB}</max_memory_usage>
      <max_bytes_before_external_group_by>{300 * MIB}</max_bytes_before_external_group_by>
      <max_bytes_before_external_sort>{300 * MIB}</max_bytes_before_external_sort>
      <max_execution_time>300</max_execution_time>
      <max_result_bytes>{512 * MIB}</max_result_bytes>
      <timeout_overflow_mode>throw</timeout_overflow_mode>
    </default>
  </profiles>
</clickhouse>
"""


def main() -> None:
    """Serve until SIGTERM. Exits with 3 where another process holds the folder."""
    parser = argparse.ArgumentParser(prog="sen.engines.clickhouse.server")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    data: Path = arguments.data.absolute()
    accounts = [
        Account("sen", engine_password(data, "clickhouse")),
        Account("reader", engine_password(data, "clickhouse_reader"), read_only=True),
    ]
    folder = data / "clickhouse"
    folder.mkdir(parents=True, exist_ok=True)
    lock = _lock(folder / "lock")
    (folder / "config.xml").write_text(CONFIGURATION)
    os.environ["TZ"] = "UTC"
    time.tzset()
    os.chdir(folder)  # chDB's connection string is a path that knows no escaping

    from sen.engines.clickhouse.endpoint import Endpoint

    server = uvicorn.Server(
        uvicorn.Config(
            Endpoint(accounts),
            host="127.0.0.1",
            port=arguments.port,
            loop="uvloop",
            http="h11",
            ws="none",
            lifespan="on",
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_keep_alive=120,
            timeout_graceful_shutdown=5,
            h11_max_incomplete_event_size=4 * MIB,  # statements may stand in the URL
        )
    )
    server.run()
    lock.close()
    sys.stdout.flush()
    # chDB's static destructors sometimes wait for threads that are gone; everything is closed by now.
    os._exit(0 if server.started else 1)


def _lock(path: Path, seconds: float = 30):  # type: ignore[no-untyped-def]
    """The folder's lock; waits for a predecessor that is still shutting down, since two engines would destroy the data."""
    file = path.open("a")
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                print(f"another process holds {path}", file=sys.stderr)
                sys.exit(3)
            time.sleep(0.1)
        else:
            return file


if __name__ == "__main__":
    main()
