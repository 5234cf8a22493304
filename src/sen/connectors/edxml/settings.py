"""Settings of a source that delivers documents of the exchange."""

from __future__ import annotations

from sen.connector_sdk.settings import ConnectorSettings


class EdxmlSettings(ConnectorSettings):
    """Nothing of its own: messages name their senders and receivers; the source delivers to its owner and the units below."""
