"""The readiness gate: five items that must be met before a module is switched on. Pure; knows neither database nor web.

CV 2333/BTTTT-CĐSQG (20/6/2023) asks for conditions of operation and for criteria of effectiveness before anything is invested in;
the register of centres that failed (no procedure behind a detection, no money for upkeep) says why each item is here.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import msgspec

ItemCode = Literal["owner", "sources", "procedure", "upkeep", "measure"]
ITEMS: tuple[ItemCode, ...] = ("owner", "sources", "procedure", "upkeep", "measure")
UPKEEP_NOTICE_DAYS = 30
"""Upkeep that is paid for no longer than this is not settled."""
REASON_LENGTH = 20


class Needs(msgspec.Struct, frozen=True):
    """What the pack asks for: the share (0 to 1) of series in time, or (`by_sheets`) of entry sheets handed in on time, and the
    direction in which its measure gets better."""

    fresh_share: float
    direction: str
    by_sheets: bool = False


class Sources(msgspec.Struct, frozen=True):
    """What the unit has of the needed kinds now; of a module that lives on entry sheets, those due of late and those that came in time.

    `sheets`: how many of the pack's sheets the unit fills in.
    """

    assets: int = 0
    series: int = 0
    fresh: int = 0
    sheets: int = 0
    due: int = 0
    on_time: int = 0

    @property
    def share(self) -> float:
        """Share of series, or of sheets, in time; 0 without any."""
        if self.sheets:
            return self.on_time / self.due if self.due else 0.0
        return self.fresh / self.series if self.series else 0.0


class Answers(msgspec.Struct, frozen=True):
    """What the unit answered; `owner_active` says that the owner still has an account and a role in the unit."""

    owner_active: bool = False
    procedure_number: str = ""
    procedure_title: str = ""
    procedure_minutes: int | None = None
    procedure_contact: str = ""
    upkeep_who: str = ""
    upkeep_money: str = ""
    upkeep_until: date | None = None
    baseline_value: float | None = None
    baseline_on: date | None = None
    baseline_source: str = ""
    target_value: float | None = None
    target_on: date | None = None


class Finding(msgspec.Struct, frozen=True):
    """One item of the gate: met or not, and why, as a stable code that the pages put into words."""

    code: ItemCode
    met: bool
    why: str


def evaluate(answers: Answers, sources: Sources, needs: Needs, today: date) -> tuple[Finding, ...]:
    """The five findings in the order of ITEMS."""
    return (
        Finding("owner", answers.owner_active, "named" if answers.owner_active else "none"),
        _sources(sources, needs),
        _procedure(answers),
        _upkeep(answers, today),
        _measure(answers, needs),
    )


def missing(findings: tuple[Finding, ...]) -> tuple[ItemCode, ...]:
    """The items that are not met."""
    return tuple(one.code for one in findings if not one.met)


def _sources(sources: Sources, needs: Needs) -> Finding:
    if needs.by_sheets:
        return _sheets(sources, needs)
    if not sources.assets:
        return Finding("sources", False, "no_assets")
    if not sources.series:
        return Finding("sources", False, "no_series")
    # Shares are compared in whole series, so that 0.8 of 5 is 4 and not 4.000000000000001.
    enough = sources.fresh + 1e-9 >= needs.fresh_share * sources.series
    return Finding("sources", enough, "fresh" if enough else "stale")


def _sheets(sources: Sources, needs: Needs) -> Finding:
    if not sources.sheets:
        return Finding("sources", False, "no_sheets")
    if not sources.due:
        return Finding("sources", False, "nothing_due")
    enough = sources.on_time + 1e-9 >= needs.fresh_share * sources.due
    return Finding("sources", enough, "on_time" if enough else "late")


def _procedure(answers: Answers) -> Finding:
    if not (answers.procedure_number.strip() and answers.procedure_title.strip()):
        return Finding("procedure", False, "no_document")
    if not answers.procedure_minutes:
        return Finding("procedure", False, "no_clock")
    if not answers.procedure_contact.strip():
        return Finding("procedure", False, "nobody_answers")
    return Finding("procedure", True, "settled")


def _upkeep(answers: Answers, today: date) -> Finding:
    if not (answers.upkeep_who.strip() and answers.upkeep_money.strip() and answers.upkeep_until):
        return Finding("upkeep", False, "open")
    if answers.upkeep_until < today:
        return Finding("upkeep", False, "ended")
    if answers.upkeep_until < today + timedelta(days=UPKEEP_NOTICE_DAYS):
        return Finding("upkeep", False, "ends_soon")
    return Finding("upkeep", True, "settled")


def _measure(answers: Answers, needs: Needs) -> Finding:
    if answers.baseline_value is None or answers.baseline_on is None or not answers.baseline_source.strip():
        return Finding("measure", False, "no_baseline")
    if answers.target_value is None or answers.target_on is None:
        return Finding("measure", False, "no_target")
    if answers.target_on <= answers.baseline_on:
        return Finding("measure", False, "target_before_baseline")
    worse = {
        "up": answers.target_value <= answers.baseline_value,
        "down": answers.target_value >= answers.baseline_value,
    }
    if worse.get(needs.direction, False):
        return Finding("measure", False, "target_no_better")
    return Finding("measure", True, "settled")
