"""The envelope of domain events: CloudEvents 1.0, structured JSON mode."""

from __future__ import annotations

from typing import Any

import msgspec

from sen.kernel import clock, identifiers


def cloud_event(*, type: str, source: str, subject: str, data: dict[str, Any]) -> bytes:
    """One event as bytes, to be published to `events.<type>`.

    `type` is dotted and lower case (`sources.changed`), `source` the app that says it, `subject` the object it is about.
    """
    return msgspec.json.encode(
        {
            "specversion": "1.0",
            "id": str(identifiers.uuid7()),
            "type": type,
            "source": source,
            "subject": subject,
            "time": clock.now().isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        }
    )
