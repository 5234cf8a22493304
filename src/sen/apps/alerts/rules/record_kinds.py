"""The kinds of record that rules can watch: each app names its fields and how its records are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sen.apps.sources import interface as sources


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record at one moment. `values` by field; None is not judged. `key` names it within its kind and never changes."""

    key: str
    name: str
    owner_unit_id: UUID
    values: Mapping[str, float | None]
    url: str = ""
    territory_unit_id: UUID | None = None
    simulated: bool = False


class RecordKind(msgspec.Struct, frozen=True):
    """A kind of record: what its fields are called and how all records are read at a moment."""

    code: str
    name: Promise | str
    fields: Mapping[str, Promise | str]
    read: Callable[[datetime], Iterable[Record]]


_kinds: dict[str, RecordKind] = {}


def register_record_kind(
    code: str,
    name: Promise | str,
    fields: Mapping[str, Promise | str],
    read: Callable[[datetime], Iterable[Record]],
) -> None:
    """Let rules watch a kind of record; called from AppConfig.ready. A code taken by another reader is a programming error (ValueError)."""
    if _kinds.setdefault(code, RecordKind(code, name, fields, read)).read is not read:
        raise ValueError(f"The record kind {code!r} is already registered.")


def record_kinds() -> dict[str, RecordKind]:
    """All kinds by code."""
    return dict(_kinds)


SOURCE_FIELDS: dict[str, Promise | str] = {
    "minutes_since_seen": _("số phút từ lần nhận gần nhất"),
    "minutes_since_measured": _("số phút từ lần đo gần nhất"),
    "minutes_allowed": _("số phút được phép chậm"),
    "is_late": _("đang chậm (1 hoặc 0)"),
    "is_lost": _("đã mất kết nối (1 hoặc 0)"),
    "completeness_24h": _("độ đầy đủ 24 giờ (0 đến 1)"),
    "completeness_7d": _("độ đầy đủ 7 ngày (0 đến 1)"),
}


def read_sources(now: datetime) -> list[Record]:
    """The sources of data."""
    return [
        Record(
            key=one.code, name=one.name, owner_unit_id=one.owner_id, url=f"/data/sources/{one.code}/", simulated=one.simulated,
            values={
                "minutes_since_seen": one.minutes_since_seen, "minutes_since_measured": one.minutes_since_measured,
                "minutes_allowed": one.minutes_allowed, "is_late": float(one.state in ("late", "lost")),
                "is_lost": float(one.state == "lost"), "completeness_24h": one.completeness_24h,
                "completeness_7d": one.completeness_7d,
            },
        )
        for one in sources.source_records(now)
    ]  # fmt: skip


def register_sources() -> None:
    """Sources of data as records; called once from AppConfig.ready."""
    register_record_kind("source", _("Nguồn dữ liệu"), SOURCE_FIELDS, read_sources)
