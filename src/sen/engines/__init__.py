"""Starts, watches and stops the embedded servers (PostgreSQL, ClickHouse, NATS) and knows their URLs. No Django here."""

from sen.engines.engine_set import EngineSet
from sen.engines.urls import EngineHealth, EngineUrls, read_runtime

__all__ = ["EngineHealth", "EngineSet", "EngineUrls", "read_runtime"]
