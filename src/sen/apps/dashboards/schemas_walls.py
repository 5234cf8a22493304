"""What the REST of walls takes and answers."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

LayoutName = Literal["one", "two", "three", "four"]


class Strict(Schema):
    """Input in which a misspelled field is an error."""

    model_config = ConfigDict(extra="forbid")


class ScreenIn(Strict):
    """A new screen of a unit."""

    name: str = Field(max_length=120)
    unit: str = Field(max_length=64)
    place: str = Field("", max_length=200)
    theme: Literal["dark", "light"] = "dark"
    playlist: UUID | None = None


class ScreenChange(Strict):
    """What changes."""

    name: str | None = Field(None, max_length=120)
    place: str | None = Field(None, max_length=200)
    theme: Literal["dark", "light"] | None = None
    playlist: UUID | None = None


class ScreenOut(Schema):
    """A screen. `why` is sent, timed, playlist or nothing; `online`: asked within the last 45 seconds."""

    id: UUID
    name: str
    unit: str
    place: str
    theme: str
    playlist: UUID | None
    online: bool
    last_seen: datetime | None
    size: str
    revoked: datetime | None
    scene: str
    why: str
    until: datetime | None
    next: datetime | None


class Screens(Schema):
    """A list of screens."""

    items: list[ScreenOut]
    next: str | None = None


class ScreenIssued(ScreenOut):
    """A screen with its token, shown this once; its page is `/tv/<token>/`."""

    token: str


class Pairing(Schema):
    """Six digits for `/tv/`, used once."""

    code: str
    until: datetime


class PanelBody(Strict):
    """What a panel shows; see scenes.Panel."""

    kind: Literal["dashboard", "map", "index", "note"]
    template: UUID | None = None
    tile: str = Field("", max_length=64)
    title: str = Field("", max_length=120)
    text: str = Field("", max_length=1000)


class SceneIn(Strict):
    """A new scene of a unit."""

    unit: str = Field(max_length=64)
    code: str = Field(max_length=64)
    name: str = Field(max_length=120)
    layout: LayoutName = "one"
    panels: list[PanelBody]


class SceneChange(Strict):
    """All of a scene anew; `version` (from a GET) makes it fail with 412 when somebody else was faster."""

    name: str = Field(max_length=120)
    layout: LayoutName
    panels: list[PanelBody]
    version: int | None = None


class SceneOut(Schema):
    """A scene."""

    id: UUID
    unit: str
    code: str
    name: str
    layout: str
    panels: list[dict[str, Any]]
    version: int


class Scenes(Schema):
    """A list of scenes."""

    items: list[SceneOut]
    next: str | None = None


class Item(Strict):
    """A scene of a playlist."""

    scene: UUID
    seconds: int = Field(30, ge=5, le=86_400)


class PlaylistIn(Strict):
    """A new playlist of a unit."""

    unit: str = Field(max_length=64)
    name: str = Field(max_length=120)
    items: list[Item] = Field(max_length=100)


class PlaylistChange(Strict):
    """All of a playlist anew."""

    name: str = Field(max_length=120)
    items: list[Item] = Field(max_length=100)


class PlaylistOut(Schema):
    """A playlist with its scenes in order."""

    id: UUID
    unit: str
    name: str
    items: list[Item]


class Playlists(Schema):
    """A list of playlists."""

    items: list[PlaylistOut]
    next: str | None = None


class TimedIn(Strict):
    """A scene at set hours of Vietnam; 0 is Monday. An end at or before the beginning is on the next day."""

    scene: UUID
    screen: UUID | None = None
    weekdays: list[int] = Field(max_length=7)
    starts: time
    ends: time


class TimedOut(TimedIn):
    """A timed scene. Without a screen it is for all screens of the unit."""

    id: UUID
    unit: str


class TimedList(Schema):
    """A list of timed scenes."""

    items: list[TimedOut]
    next: str | None = None


class SendIn(Strict):
    """A scene or one panel, for how many minutes, and why."""

    minutes: int = Field(15, ge=1, le=24 * 60)
    scene: UUID | None = None
    panel: PanelBody | None = None
    reason: str = Field("", max_length=200)


class Sent(Schema):
    """The batch that gives it back."""

    batch: UUID


class GivenBack(Schema):
    """How many screens went back to their schedule."""

    screens: int
