"""Logging of the processes: structured lines in DATA/logs/<process>.log, rotated; nothing on the console.

The address of a wall's screen holds its token, so it is cut out of every line.
"""

from __future__ import annotations

import logging
import logging.handlers
import re
from pathlib import Path
from typing import Any

import structlog

SIZE = 10 * 1024 * 1024
KEPT = 5
_SCREEN_ADDRESS = re.compile(r"/tv/[^/\s\"'?]+")


def without_screen_tokens(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A structlog processor: `/tv/<token>/state/` becomes `/tv/…/state/`, in the message, its fields and tracebacks."""
    for key, value in event.items():
        if isinstance(value, str) and "/tv/" in value:
            event[key] = _SCREEN_ADDRESS.sub("/tv/…", value)
    return event


def configure(data: Path, process: str, level: str = "info") -> None:
    """Send structlog and the standard library's loggers to the process's file as JSON lines, at most 60 MB together."""
    folder = data / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_screen_tokens,
    ]
    handler = logging.handlers.RotatingFileHandler(
        folder / f"{process}.log", maxBytes=SIZE, backupCount=KEPT, encoding="utf-8"
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "asyncssh", "pyftpdlib", "clickhouse_connect"):
        logging.getLogger(noisy).setLevel("WARNING")
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
