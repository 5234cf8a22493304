"""Settings of an MQTT source."""

from __future__ import annotations

from sen.connector_sdk.settings import ConnectorSettings


class MqttSettings(ConnectorSettings):
    """Nothing of its own: the topic follows from the source's key, the payload is the reading message."""
