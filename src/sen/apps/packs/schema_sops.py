"""What a response procedure (SOP) contains: steps with roles and clocks, branches, questions, messages. Types only."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from sen.kernel.scopes import Role

HAZARDS = (
    "flood", "salinity", "air", "water", "fire", "traffic", "health", "media", "power", "station", "camera", "other",
)  # fmt: skip
"""Kinds of incident that a procedure may be for."""

PLACEHOLDERS = (
    "title", "number", "place", "territory", "time", "value", "unit", "limit", "severity", "deadline", "lead",
)  # fmt: skip
"""What a message may leave to the moment, as `{place}`. `unit` is the unit of measure, `lead` the unit in the lead."""

START = "start"
"""In `after`: the step begins with the incident."""

ToWhom = Literal["owner", "territory", "neighbours"]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer of a question."""

    code: str
    words: str
    words_en: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a step asks; it is named by the code of its step."""

    words: str
    words_en: str = ""
    answers: list[Answer]


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One step: who does what within how many minutes of its turn.

    `minutes` count from the moment when the step's turn comes: when the steps in `after` are done or skipped. `clock`: "running" counts every
    minute, "working" office hours of the working calendar only. `after`: codes of steps; empty = the step before, ["start"] = with the
    incident. `when`: "<step>=<answer>", the step is left out unless the question of that step was answered so. `form`: code of a template of
    kind `form` to fill in. `message`: code of a message of this procedure to send. `dispatch`: to whom the step is handed with a request
    for acknowledgement: the unit that owns what is affected ("owner"), the commune of the place ("territory"), that commune and those
    around it ("neighbours"), a unit by its code, or nobody ("").
    """

    code: str
    words: str
    words_en: str = ""
    role: Role
    minutes: int
    clock: Literal["running", "working"] = "running"
    after: list[str] = []
    when: str = ""
    question: Question | None = None
    form: str = ""
    message: str = ""
    dispatch: str = ""
    optional: bool = False


class Message(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words prepared for a message, with PLACEHOLDERS; `audience`: units that are called, people on duty, or the public."""

    code: str
    words: str
    words_en: str = ""
    audience: Literal["units", "people", "public"] = "units"


class Sop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A response procedure; also the content of a template of kind `sop`.

    `hazard`: one of HAZARDS, empty for any. `source`: the document that it follows, with "chưa kiểm chứng" where nobody compared it.
    """

    code: str
    name: str
    name_en: str = ""
    hazard: str = ""
    steps: list[Step]
    messages: list[Message] = []
    source: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What the template holds."""
        content: dict[str, Any] = msgspec.to_builtins(self)
        return content

    @property
    def audience(self) -> list[str]:
        """Procedures of a pack are for every unit below the one that installs it."""
        return []

    @property
    def open_fields(self) -> list[str]:
        """What inheriting units may change of a pack's procedure: the times, the receivers, words, and steps of their own."""
        return ["/steps/*", *(["/messages/*"] if self.messages else [])]


class FormFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`forms.toml`: a form that steps of procedures ask to fill in; it becomes a template of kind `form`."""

    code: str
    name: str
    name_en: str = ""
    fields: list[dict[str, Any]]

    @property
    def content(self) -> dict[str, Any]:
        """What the template holds."""
        return {"fields": self.fields}

    @property
    def audience(self) -> list[str]:
        """Forms of a pack are for every unit below the one that installs it."""
        return []

    @property
    def open_fields(self) -> list[str]:
        """Inheriting units add, replace and leave out fields."""
        return ["/fields/*"]
