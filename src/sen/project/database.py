"""Turns a PostgreSQL URL into Django's database settings; unix sockets come as the `host` query parameter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict


def database(url: str, data: Path) -> dict[str, Any]:
    """Settings for `url`, or for the running centre of `data` where the URL is empty (commands such as `./sen token`)."""
    if not url:
        from sen.engines import read_runtime

        running = read_runtime(data)
        url = running.database if running else ""
    parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "sen"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        # Requests run in threads of their own, so connections come from a pool instead of being kept per thread.
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**parts, "pool": {"min_size": 1, "max_size": 12, "timeout": 10}},
        "TEST": {"NAME": f"test_{parts.get('dbname', 'sen')}"},
    }
