"""Recorded rules for splits: which part of the old unit each successor took, by what measure, according to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.audit import interface as audit
from sen.apps.organisations.models import SplitShare, Succession, Unit
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.scopes import Scope, require
from sen.kernel.text import normal

TOLERANCE = 0.001
"""How far the parts of a split may be from 1 together: shares are often rounded to a tenth of a percent."""


class SplitPart(msgspec.Struct, frozen=True):
    """One successor of a split unit and the share in force for one basis; None where none is recorded."""

    successor: Unit
    is_main: bool
    share: float | None


class SplitBasis(msgspec.Struct, frozen=True):
    """The shares of one basis in force: where they come from and who recorded them."""

    basis: str
    basis_name: str
    parts: tuple[SplitPart, ...]
    measured_on: date
    source: str
    recorded_by: str


def split_of(unit_id: UUID) -> tuple[Unit, list[Succession]]:
    """A unit and the links of its split. NotFound where it was not split."""
    unit = Unit.objects.filter(pk=unit_id).first()
    links = list(
        Succession.objects.filter(predecessor_id=unit_id, is_split=True)
        .exclude(successor=None)
        .select_related("successor", "event")
        .order_by("-is_main", "successor__code")
    )
    if unit is None or not links:
        raise NotFound(
            _("Đơn vị này không bị tách."), action=_("Tỷ lệ chia chỉ ghi cho đơn vị đã tách ra nhiều đơn vị.")
        )
    return unit, links


def bases_of(unit_id: UUID) -> list[SplitBasis]:
    """The shares in force of a split unit, one entry per basis."""
    _unit, links = split_of(unit_id)
    rows = SplitShare.objects.filter(succession__in=links, replaced_at=None).order_by("basis", "pk")
    by_basis: dict[str, dict[int, SplitShare]] = {}
    for row in rows:
        by_basis.setdefault(row.basis, {})[row.succession_id] = row
    found = []
    for basis, shares in by_basis.items():
        one = next(iter(shares.values()))
        parts = tuple(
            SplitPart(link.successor, link.is_main, shares[link.pk].share if link.pk in shares else None)
            for link in links
            if link.successor
        )
        found.append(
            SplitBasis(basis, str(SplitShare.Basis(basis).label), parts, one.measured_on, one.source, one.recorded_by)
        )
    return found


@transaction.atomic
def record_split_shares(
    *, scope: Scope, unit_id: UUID, basis: str, shares: Mapping[UUID, float], measured_on: date, source: str
) -> list[SplitShare]:
    """Record how a split unit divides: `shares` by successor, together 1. Those recorded before for the basis are replaced.

    Raises NotFound where the unit was not split, Forbidden, and InvalidInput with `fields`.
    """
    require(scope, "organisations.change", unit_id)
    unit, links = split_of(unit_id)
    _check(links, basis, shares, source)
    now = clock.now()
    SplitShare.objects.filter(succession__in=links, basis=basis, replaced_at=None).update(replaced_at=now)
    made = SplitShare.objects.bulk_create(
        SplitShare(
            succession=link,
            basis=basis,
            share=shares[link.successor_id],
            measured_on=measured_on,
            source=normal(source)[:300],
            recorded_by=scope.username,
            recorded_at=now,
        )
        for link in links
        if link.successor_id
    )
    detail = {"basis": basis, "shares": {str(key): value for key, value in shares.items()}, "source": source}
    audit.record(
        scope=scope, action="organisations.record_split_shares", object_type="unit", object_id=unit.code, unit_id=unit.pk, detail=detail
    )  # fmt: skip
    return made


def _check(links: list[Succession], basis: str, shares: Mapping[UUID, float], source: str) -> None:
    fields: dict[str, str] = {}
    if basis not in SplitShare.Basis.values:
        fields["basis"] = _("Căn cứ là một trong: {known}.").format(known=", ".join(SplitShare.Basis.values))
    if not source.strip():
        fields["source"] = _("Ghi văn bản hoặc bảng số liệu làm căn cứ.")
    if set(shares) != {link.successor_id for link in links}:
        fields["shares"] = _("Cần tỷ lệ của đúng {n} đơn vị kế tục.").format(n=len(links))
    elif not all(0 <= share <= 1 for share in shares.values()) or abs(sum(shares.values()) - 1) > TOLERANCE:
        fields["shares"] = _("Các tỷ lệ nằm trong 0–100 % và cộng lại bằng 100 %.")
    if fields:
        raise InvalidInput(" ".join(fields.values()), fields=fields, action=_("Sửa các ô được nêu rồi gửi lại."))
