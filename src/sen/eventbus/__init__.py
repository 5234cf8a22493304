"""The durable log and the live feed: JetStream streams, event envelope, connections that survive the server's restarts."""

from sen.eventbus.bulk_reader import BulkReader, LogBatch, ReaderLost
from sen.eventbus.bus import Bus, LogRefused, connect, ensure_streams
from sen.eventbus.envelope import cloud_event
from sen.eventbus.streams import (
    ALERTS,
    ALERTS_SUBJECT,
    BATCH_SUBJECT,
    DESK,
    DOSSIERS,
    DOSSIERS_PREFIX,
    EVENTS,
    INGEST,
    LIVE,
    MQTT_PREFIX,
    MQTT_STREAM,
    READINGS,
    RECORDS,
)
from sen.eventbus.sync_bus import SyncBus

__all__ = [
    "ALERTS",
    "ALERTS_SUBJECT",
    "BATCH_SUBJECT",
    "DESK",
    "DOSSIERS",
    "DOSSIERS_PREFIX",
    "EVENTS",
    "INGEST",
    "LIVE",
    "MQTT_PREFIX",
    "MQTT_STREAM",
    "READINGS",
    "RECORDS",
    "Bus",
    "BulkReader",
    "LogBatch",
    "LogRefused",
    "ReaderLost",
    "SyncBus",
    "cloud_event",
    "connect",
    "ensure_streams",
]
