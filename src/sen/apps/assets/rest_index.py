"""REST of indices: VN_AQI or VN_WQI of a station, now and in the past."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Query, Router, Schema

from sen.apps.access.interface import require
from sen.apps.assets import policies
from sen.apps.assets.queries import asset_for
from sen.apps.assets.readings import store
from sen.apps.assets.rest_series import moment
from sen.apps.packs import interface as packs
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound

router = Router(tags=["series"])
MAX_INDEX_ROWS = 9_000


class IndexOut(Schema):
    """An index of one hour or local day; `value` is null where it could not be computed."""

    name: str
    period: str
    hour: datetime | None
    value: int | None
    category: str
    category_name: str
    colour: str
    main_parameter: str
    parameters: dict[str, Any]


class IndexPage(IndexOut):
    """The newest hourly index, or with `from` and `to` also the `items` of that time."""

    items: list[IndexOut] = []
    next: str | None = None


@router.get("/assets/{code}/index", response=IndexPage)
def get_index(
    request: HttpRequest,
    *,
    code: str,
    from_: str = Query("", alias="from"),  # type: ignore[type-arg]
    to: str = "",
    cursor: str = "",
    period: str = Query("hour", pattern="^(hour|day)$"),  # type: ignore[type-arg]
) -> dict[str, Any]:
    """VN_AQI or VN_WQI of a station: the newest hour, and the history between `from` and `to` where given."""
    asset = asset_for(require(request.scope_of_user, policies.VIEW), code)  # type: ignore[attr-defined]
    kind = packs.asset_kinds().get(asset.kind)
    name = kind.index if kind else None
    if name is None:
        raise NotFound(
            f"Loại trạm của “{code}” không có chỉ số.",
            action="Chỉ số có ở trạm không khí và trạm nước mặt.",
            code="no_index",
        )
    newest = [
        row
        for row in store().latest_index([asset.number]).to_pylist()
        if row["name"] == name and row["period"] == period
    ]
    answer = _index_out(newest[-1]) if newest else _no_index(name, period)
    if from_ or to:
        end = moment(to, "to") or clock.now()
        start = moment(cursor, "cursor") or moment(from_, "from") or end - timedelta(days=1)
        if end <= start:
            raise InvalidInput(
                "Thời điểm cuối phải sau thời điểm đầu.", action="Kiểm tra “from” và “to”.", code="bad_range"
            )
        rows = store().index(asset.number, name, start, end, period).slice(0, MAX_INDEX_ROWS + 1).to_pylist()
        answer["items"] = [_index_out(row) for row in rows[:MAX_INDEX_ROWS]]
        answer["next"] = str(clock.to_ms(rows[MAX_INDEX_ROWS]["time"])) if len(rows) > MAX_INDEX_ROWS else None
    return answer


def _index_out(row: dict[str, Any]) -> dict[str, Any]:
    category = packs.index_table(row["name"]).category(row["value"]) if row["value"] >= 0 else None
    details = msgspec.json.decode(row["details"]) if row["details"] else {}
    return {
        "name": row["name"],
        "period": row["period"],
        "hour": row["time"],
        "value": row["value"] if row["value"] >= 0 else None,
        "category": row["category"],
        "category_name": category.name if category else "",
        "colour": category.colour if category else "",
        "main_parameter": row["main_parameter"],
        "parameters": details.get("parameters", details) if isinstance(details, dict) else {},
    }


def _no_index(name: str, period: str) -> dict[str, Any]:
    empty = {"category": "", "category_name": "", "colour": "", "main_parameter": "", "parameters": {}}
    return {"name": name, "period": period, "hour": None, "value": None, **empty}
