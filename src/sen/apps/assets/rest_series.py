"""REST of series: their list, observations by row or by step, newest values."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
import numpy as np
import pyarrow as pa
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from sen.apps.access.interface import Scope, require
from sen.apps.assets import board, policies, series_facts
from sen.apps.assets.readings import store
from sen.apps.assets.series_facts import SeriesFacts
from sen.kernel import clock
from sen.kernel.errors import InvalidInput
from sen.telemetry import flags

router = Router(tags=["series"])
MAX_ROWS = 100_000
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class SeriesOut(Schema):
    """A series; `unit` is its UCUM code, intervals are seconds."""

    series: str
    asset: str
    asset_name: str
    property: str
    name: str
    unit: str
    unit_label: str
    decimals: int
    owner: str
    owner_name: str
    source: str | None
    interval_s: int
    allowed_delay_s: int
    simulated: bool


class SeriesPage(Schema):
    """One page of series."""

    items: list[SeriesOut]
    next: str | None


class ObservationOut(Schema):
    """One row, or one step: `count` is how many valid values are in `value`; `flags` is empty for a good value."""

    time: datetime
    value: float | None
    flags: list[str]
    count: int


class Observations(Schema):
    """Rows or steps, oldest first. `completeness` is valid values through expected ones, 0 to 1, of the time that was read."""

    items: list[ObservationOut]
    next: str | None
    series: str
    unit: str
    unit_label: str
    owner: str
    owner_name: str
    source: str | None
    simulated: bool
    completeness: float | None
    step: str | None
    fn: str | None


class Latest(Schema):
    """The newest row; `time` is null where there never was one, `fresh` says whether it is as young as promised."""

    series: str
    time: datetime | None
    value: float | None
    flags: list[str]
    received: datetime | None
    age_s: int | None
    fresh: bool
    unit: str
    unit_label: str
    owner: str
    owner_name: str
    source: str | None
    simulated: bool


class LatestRow(Schema):
    """The newest row of a series."""

    series: str
    time: datetime
    value: float | None
    flags: list[str]


class LatestPage(Schema):
    """The newest rows of all visible series; always one page."""

    items: list[LatestRow]
    next: str | None


def _scope(request: HttpRequest) -> Scope:
    return require(request.scope_of_user, policies.VIEW)  # type: ignore[attr-defined]


@router.get("/series", response=SeriesPage)
def list_series(
    request: HttpRequest,
    asset: str = "",
    property: str = "",
    limit: int = Query(100, ge=1, le=series_facts.MAX_PAGE),  # type: ignore[type-arg]
    cursor: str | None = None,
) -> dict[str, Any]:
    """Series that the caller may see, of one `asset` where given."""
    found, following = series_facts.page(_scope(request), asset=asset, property_=property, limit=limit, cursor=cursor)
    return {"items": [_series_out(one) for one in found], "next": following}


@router.get("/series/{asset}/{property}/observations", response=Observations)
def get_observations(
    request: HttpRequest,
    *,
    asset: str,
    property: str,
    from_: str = Query("", alias="from"),  # type: ignore[type-arg]
    to: str = "",
    step: str = "",
    fn: str = "mean",
    limit: int = Query(10_000, ge=1, le=MAX_ROWS),  # type: ignore[type-arg]
    cursor: str | None = None,
    format: str = "",
) -> HttpResponse:
    """Stored rows in [from, to), or one value per `step` (minute, 5minutes, hour, day, month; days and months are local).

    `from` and `to` are RFC 3339 or milliseconds, the last 24 hours without them. Steps are whole: the first and last may
    begin before `from` and end after `to`. `format=csv` (or `Accept: text/csv`) answers CSV with the flags.
    """
    facts = series_facts.facts_for(_scope(request), asset, property)
    end = moment(to, "to") or clock.now()
    start = moment(cursor_time(cursor), "cursor") if cursor else moment(from_, "from") or end - timedelta(days=1)
    if start is None or end <= start:
        raise InvalidInput(
            "Thời điểm cuối phải sau thời điểm đầu.", action="Kiểm tra “from” và “to”.", code="bad_range"
        )
    if step:
        table = store().aggregate(facts.number, start, end, step, fn)  # type: ignore[arg-type]
        counts = table["count"].to_numpy()
    else:
        table = store().observations(facts.number, start, end, limit=limit + 1)
        counts = _validity(table)
    # The cursor is the time of the first row that is left out.
    following = str(table["time"][limit].cast(pa.int64()).as_py()) if table.num_rows > limit else None
    table, counts = table.slice(0, limit), counts[:limit]
    if format == "csv" or "text/csv" in request.headers.get("Accept", ""):
        return _csv(facts, table, counts, following)
    body = {
        "items": _items(table, counts),
        "next": following,
        "series": facts.code,
        "unit": facts.unit,
        "unit_label": facts.unit_label,
        "owner": facts.owner,
        "owner_name": facts.owner_name,
        "source": facts.source,
        "simulated": facts.simulated,
        "completeness": _completeness(facts, counts, start, clock.from_ms(int(following)) if following else end),
        "step": step or None,
        "fn": fn if step else None,
    }
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


@router.get("/series/{asset}/{property}/latest", response=Latest)
def get_latest(request: HttpRequest, asset: str, property: str) -> dict[str, Any]:
    """The newest stored row of a series, valid or not, with its age."""
    facts = series_facts.facts_for(_scope(request), asset, property)
    rows = store().latest([facts.number]).to_pylist()
    row = rows[0] if rows else None
    age = int((clock.now() - row["time"]).total_seconds()) if row else None
    return {
        "series": facts.code,
        "time": row["time"] if row else None,
        "value": row["value"] if row and row["value"] == row["value"] else None,
        "flags": flags.names(row["flags"]) if row else [],
        "received": row["received"] if row else None,
        "age_s": age,
        "fresh": age is not None and age <= facts.interval_s + facts.allowed_delay_s,
        "unit": facts.unit,
        "unit_label": facts.unit_label,
        "owner": facts.owner,
        "owner_name": facts.owner_name,
        "source": facts.source,
        "simulated": facts.simulated,
    }


@router.get("/latest", response=LatestPage)
def list_latest(request: HttpRequest) -> HttpResponse:
    """The newest row of every visible series: {series, time, value, flags}; one page whatever their number."""
    scope = _scope(request)
    return HttpResponse(
        msgspec.json.encode({"items": _all_latest(scope), "next": None}), content_type="application/json"
    )


def _series_out(one: SeriesFacts) -> dict[str, Any]:
    return {**{name: getattr(one, name) for name in SeriesOut.model_fields if name != "series"}, "series": one.code}


def moment(text: str, field: str) -> datetime | None:
    """RFC 3339 or milliseconds since 1970; empty gives None. Raises InvalidInput."""
    if not text:
        return None
    try:
        # A plus sign arrives as a blank where the caller did not encode it.
        found = (
            clock.from_ms(int(text)) if text.lstrip("-").isdigit() else datetime.fromisoformat(text.replace(" ", "+"))
        )
        if found.tzinfo is not None and _EARLIEST <= found < _LATEST:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(
        "Thời điểm không đọc được.",
        action="Dùng RFC 3339 có múi giờ, ví dụ 2026-05-04T07:00:00+07:00, hoặc mili giây.",
        code="bad_time",
        fields={field: text[:64]},
    )


def cursor_time(cursor: str) -> str:
    """The time inside a cursor of observations; a cursor is a time in milliseconds."""
    if not cursor.isdigit():
        raise InvalidInput("Con trỏ trang không hợp lệ.", code="invalid_cursor", action="Đọc lại từ trang đầu.")
    return cursor


def _validity(table: pa.Table) -> np.ndarray:
    values, bits = table["value"].to_numpy(), table["flags"].to_numpy()
    valid: np.ndarray = (((bits & flags.INVALID) == 0) & np.isfinite(values)).astype(np.int64)
    return valid


def _items(table: pa.Table, counts: np.ndarray) -> list[dict[str, Any]]:
    return [
        {"time": time, "value": value, "flags": flags.names(bits) if bits else [], "count": count}
        for time, value, bits, count in zip(
            _times(table), table["value"].to_pylist(), table["flags"].to_pylist(), counts.tolist(), strict=True
        )
    ]


def _times(table: pa.Table) -> list[str]:
    milliseconds = table["time"].cast(pa.int64()).to_numpy()
    unit: Literal["s", "ms"] = "s" if not (milliseconds % 1000).any() else "ms"
    texts: list[str] = np.char.add(
        np.datetime_as_string(milliseconds.astype("datetime64[ms]"), unit=unit), "Z"
    ).tolist()
    return texts


def _completeness(facts: SeriesFacts, counts: np.ndarray, start: datetime, end: datetime) -> float | None:
    """Valid values through those that the promise lets expect, of the time that this page covers."""
    expected = int((min(end, clock.now()) - start).total_seconds() // max(1, facts.interval_s))
    return round(min(1.0, float(counts.sum()) / expected), 4) if expected > 0 else None


def _csv(facts: SeriesFacts, table: pa.Table, counts: np.ndarray, following: str | None) -> HttpResponse:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["series", "time", "value", "unit", "flags", "count", "simulated"])
    for item in _items(table, counts):
        value = "" if item["value"] is None or item["value"] != item["value"] else item["value"]
        writer.writerow(
            [
                facts.code,
                item["time"],
                value,
                facts.unit,
                "|".join(item["flags"]),
                item["count"],
                str(facts.simulated).lower(),
            ]
        )
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{facts.asset}-{facts.property}.csv"'
    if following:
        response["Link"] = f'<?cursor={following}>; rel="next"'
    return response


def _all_latest(scope: Scope) -> list[dict[str, Any]]:
    names, table = board.latest_rows(scope)
    columns = (_times(table), table["value"].to_pylist(), table["flags"].to_pylist())
    return [
        {"series": name, "time": time, "value": value, "flags": flags.names(bits) if bits else []}
        for name, time, value, bits in zip(names, *columns, strict=True)
    ]
