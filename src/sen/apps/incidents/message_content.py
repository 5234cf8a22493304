"""What a person writes in a public message: the content of a CAP 1.2 `info` and `area`, before anything is checked."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sen.apps.incidents.values import Circle


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields that may be written; `polygon` is a closed ring of (lon, lat), `geocodes` are codes of units."""

    category: str
    event: str
    event_en: str = ""
    response_type: str = "Monitor"
    urgency: str
    severity: str
    certainty: str
    headline: str
    headline_en: str = ""
    description: str
    description_en: str = ""
    instruction: str = ""
    instruction_en: str = ""
    area: str
    area_en: str = ""
    polygon: list[tuple[float, float]] = []
    circle: Circle | None = None
    geocodes: list[str] = []
    effective_at: datetime
    onset_at: datetime | None = None
    expires_at: datetime
