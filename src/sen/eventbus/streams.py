"""The streams of the durable log and the one durable consumer that ingest reads each of them with.

Nothing here talks to the network: these are the configurations that `Bus.ensure_streams` makes true.
"""

from __future__ import annotations

from typing import Any

READINGS = "READINGS"
LIVE = "LIVE"
EVENTS = "EVENTS"
DESK = "DESK"
ALERTS = "ALERTS"
RECORDS = "RECORDS"
MQTT_STREAM = "$MQTT_msgs"
INGEST = "ingest"
"""Name of the durable consumer on READINGS and on the MQTT gateway's stream."""

MQTT_PREFIX = "$MQTT.msgs."
ALERTS_SUBJECT = "alerts.transitions"
"""What the evaluator of rules found, for the process `alerts`."""
DOSSIERS = "dossiers"
"""Name of the durable consumer of dossiers on RECORDS."""
DOSSIERS_PREFIX = "records.dossiers."
"""Then the source's key: a page of dossiers as the source sent it, a JSON array."""
DEVICE_SUBJECTS = f"{MQTT_PREFIX}v1.>"
BATCH_SUBJECT = "observations.batch"

_SECOND = 1_000_000_000
_MIB = 1024 * 1024


def stream_configurations(replicas: int = 1) -> list[dict[str, Any]]:
    """JetStream configurations in the order in which they are made.

    READINGS and the gateway's stream keep a message until ingest has acknowledged it (interest retention) and refuse new ones
    when full (discard new), so that an acknowledgement is never taken back. The gateway would make its stream without a limit;
    it uses the one that it finds (nats-server `mqttCreateAccountSessionManager`).
    """
    kept = {"storage": "file", "num_replicas": replicas, "max_msgs": -1, "max_consumers": -1}
    return [
        {
            **kept,
            "name": READINGS,
            "subjects": ["readings.>", "observations.batch"],
            "retention": "interest",
            "discard": "new",
            "max_bytes": 2048 * _MIB,
        },
        {
            **kept,
            "name": MQTT_STREAM,
            "subjects": [f"{MQTT_PREFIX}>"],
            "retention": "interest",
            "discard": "new",
            "max_bytes": 2048 * _MIB,
        },
        {
            **kept,
            "name": DESK,
            "subjects": ["desk.>"],
            "retention": "workqueue",
            "discard": "new",
            "max_bytes": 512 * _MIB,
        },
        {
            **kept,
            "name": ALERTS,
            "subjects": ["alerts.>"],
            "retention": "workqueue",
            "discard": "new",
            "max_bytes": 512 * _MIB,
        },
        {
            **kept,
            "name": RECORDS,
            "subjects": ["records.>"],
            "retention": "workqueue",
            "discard": "new",
            "max_bytes": 2048 * _MIB,
            "duplicate_window": 600 * _SECOND,
        },
        {
            **kept,
            "name": LIVE,
            "subjects": ["live.>"],
            "retention": "limits",
            "discard": "old",
            "max_age": 3600 * _SECOND,
            "max_bytes": 256 * _MIB,
        },
        {
            **kept,
            "name": EVENTS,
            "subjects": ["events.>"],
            "retention": "limits",
            "discard": "old",
            "max_age": 7 * 86400 * _SECOND,
            "max_bytes": 256 * _MIB,
        },
    ]


def consumer_configurations() -> list[tuple[str, dict[str, Any]]]:
    """(stream, configuration) of the durable consumers.

    Without them an interest stream would throw acknowledged messages away, so they are made together with the streams.
    `ack_wait` is long because ingest asks for unacknowledged messages itself (CONSUMER.RESET) after every reconnection; a timer
    that fires during a slow insert would only deliver them twice.
    """
    reader = {
        "durable_name": INGEST,
        "name": INGEST,
        "ack_policy": "all",
        "ack_wait": 900 * _SECOND,
        "deliver_policy": "all",
        "replay_policy": "instant",
        "max_ack_pending": 500_000,
        "max_waiting": 64,
    }
    desk = {
        "durable_name": "desk",
        "name": "desk",
        "ack_policy": "explicit",
        "ack_wait": 30 * _SECOND,
        "deliver_policy": "all",
        "replay_policy": "instant",
        "max_ack_pending": 1000,
    }
    return [
        (READINGS, reader),
        (MQTT_STREAM, {**reader, "filter_subject": DEVICE_SUBJECTS}),
        (DESK, desk),
        # One consumer per kind of record. Several messages are stored together; which of two versions of a record is newer, they say.
        (
            RECORDS,
            {
                **desk,
                "durable_name": DOSSIERS,
                "name": DOSSIERS,
                "filter_subject": f"{DOSSIERS_PREFIX}>",
                "ack_wait": 300 * _SECOND,
            },
        ),
        # One at a time: a transition that could not be applied must come again before the next one.
        (ALERTS, {**desk, "durable_name": "alerts", "name": "alerts", "max_ack_pending": 1}),
    ]
