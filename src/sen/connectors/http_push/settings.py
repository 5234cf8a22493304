"""Settings of a source that pushes over HTTP."""

from __future__ import annotations

from sen.connector_sdk.settings import ConnectorSettings


class HttpPushSettings(ConnectorSettings):
    """Nothing of its own: observations name their series, the secret names the source."""
