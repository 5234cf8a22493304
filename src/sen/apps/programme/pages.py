"""The pages that the console mounts."""

from __future__ import annotations

from sen.apps.programme.pages_digest import digest_action, digests_page
from sen.apps.programme.pages_inspection import (
    inspection_action,
    inspection_new,
    inspection_page,
    inspection_word,
    inspections_page,
)
from sen.apps.programme.pages_meeting import (
    meeting_action,
    meeting_minutes,
    meeting_new,
    meeting_page,
    meeting_room,
    meetings_page,
)
from sen.apps.programme.pages_programme import (
    programme_action,
    programme_new,
    programme_page,
    programme_word,
    programmes_page,
)

__all__ = [
    "digest_action", "digests_page", "inspection_action", "inspection_new", "inspection_page", "inspection_word", "inspections_page",
    "meeting_action", "meeting_minutes", "meeting_new", "meeting_page", "meeting_room", "meetings_page", "programme_action", "programme_new", "programme_page",
    "programme_word", "programmes_page",
]  # fmt: skip
