"""REST of procedures: overview, ranking, the QĐ 766 index, dossiers without personal data, the applicant for a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from sen.apps.procedures import asked, figures, listing, policies, prediction
from sen.apps.procedures.service_quality import index
from sen.apps.procedures.values import Bucket, DossierFilter, DossierLine
from sen.kernel.scopes import Scope, require, scope_of

router = Router(tags=["procedures"])

Period = Annotated[str, Field(max_length=20, description="`2026-10`, `2026-Q4`, `2026`; the present month without it.")]
UnitCode = Annotated[str, Field(max_length=40)]
Limit = Annotated[int, Field(ge=1, le=500)]


class ReasonIn(Schema):
    """Why somebody has to see whose dossier it is."""

    reason: str = Field(max_length=500)


class PersonalOut(Schema):
    """An applicant in clear."""

    name: str
    identity: str
    phone: str
    address: str


class DossierPage(Schema):
    """Some dossiers and the cursor of the next page."""

    items: list[dict[str, Any]]
    next: str | None


class ListQuery(Schema):
    """Which dossiers; the day ends at midnight in Vietnam."""

    unit: str = Field("", max_length=40)
    procedure: str = Field("", max_length=64)
    bucket: Bucket | None = None
    state: int | None = Field(None, ge=1, le=10)
    channel: int | None = Field(None, ge=1, le=3)
    received_from: datetime | None = None
    received_until: datetime | None = None
    q: str = Field("", max_length=64)
    cursor: str = Field("", max_length=60)
    limit: int = Field(50, ge=1, le=500)


@router.get("/procedures")
def list_procedures(request: HttpRequest, unit: UnitCode = "", period: Period = "") -> dict[str, Any]:
    """Procedures with dossiers in a period, most received first."""
    scope = _scope(request)
    here = asked.unit_of(scope, unit)
    return {
        "items": _plain(figures.procedures(scope, here.id if here else None, asked.period_of(period))),
        "next": None,
    }


@router.get("/service-quality")
def show_service_quality(request: HttpRequest, unit: UnitCode = "", period: Period = "") -> dict[str, Any]:
    """The index of Quyết định 766/QĐ-TTg with numerator, denominator, threshold, points, source and reason of every component."""
    scope = _scope(request)
    here = asked.unit_of(scope, unit)
    found: dict[str, Any] = _plain(index.service_quality(scope, here.id if here else None, asked.period_of(period)))
    return found


@router.get("/dossiers/overview")
def show_overview(request: HttpRequest, unit: UnitCode = "", period: Period = "") -> dict[str, Any]:
    """How a unit with all below it, or all that the caller sees, handled the dossiers of a period."""
    scope = _scope(request)
    here = asked.unit_of(scope, unit)
    found: dict[str, Any] = _plain(figures.overview(scope, here.id if here else None, asked.period_of(period)))
    return found


@router.get("/dossiers/ranking")
def show_ranking(request: HttpRequest, period: Period = "") -> dict[str, Any]:
    """Units by their share of dossiers on time."""
    return {"items": _plain(figures.ranking(_scope(request), asked.period_of(period))), "next": None}


@router.get("/dossiers/will-be-late")
def show_will_be_late(request: HttpRequest, unit: UnitCode = "", limit: Limit = 20) -> dict[str, Any]:
    """Dossiers still in time that will most probably be late, with what that rests on."""
    scope = _scope(request)
    here = asked.unit_of(scope, unit)
    return {"items": _plain(prediction.will_be_late(scope, here.id if here else None, limit)), "next": None}


@router.get("/dossiers", response=DossierPage)
def list_dossiers(request: HttpRequest, wanted: Query[ListQuery]) -> dict[str, Any]:
    """Dossiers by filter, newest first, without personal data."""
    scope = _scope(request)
    here = asked.unit_of(scope, wanted.unit)
    chosen = DossierFilter(
        unit_id=here.id if here else None, procedure=wanted.procedure, states=(wanted.state,) if wanted.state else (), channel=wanted.channel,
        bucket=wanted.bucket, received_from=wanted.received_from, received_until=wanted.received_until, q=wanted.q,
    )  # fmt: skip
    page = listing.dossiers(scope, chosen, wanted.cursor or None, wanted.limit)
    return {"items": [_line(line) for line in page.lines], "next": page.cursor}


@router.get("/dossiers/{code}")
def show_dossier(request: HttpRequest, code: str) -> dict[str, Any]:
    """One dossier; the applicant is masked."""
    found: dict[str, Any] = _plain(listing.dossier(_scope(request), code))
    return found


@router.post("/dossiers/{code}/applicant", response=PersonalOut)
def show_applicant(request: HttpRequest, code: str, body: ReasonIn) -> Any:
    """The applicant in clear; the reason, who asked and when are on record first."""
    return _plain(listing.unmask(scope=_scope(request), code=code, reason=body.reason))


def _scope(request: HttpRequest) -> Scope:
    return require(scope_of(request), policies.VIEW)


def _line(line: DossierLine) -> dict[str, Any]:
    found: dict[str, Any] = _plain(line)
    return found


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value)
