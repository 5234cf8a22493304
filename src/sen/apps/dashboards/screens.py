"""Screens and their tokens: made, renamed, paired with a short code, revoked. What a screen shows is in plans.py.

A token is 256 random bits in the screen's address; only its SHA-256 is kept. It opens the tv views and nothing else.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.dashboards import policies
from sen.apps.dashboards.models import Playlist, Screen
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound
from sen.kernel.identifiers import secret_hash

TOKEN_BYTES = 32
PAIRING_MINUTES = 10
ONLINE_WITHIN = timedelta(seconds=45)
SEEN_EVERY = timedelta(seconds=15)
CHANGEABLE = frozenset({"name", "place", "theme", "playlist_id"})


@dataclass(frozen=True, slots=True)
class Issued:
    """A screen and its new token, which is shown this once."""

    screen: Screen
    token: str


def visible(scope: Scope) -> QuerySet[Screen]:
    """The screens of the caller's units, those in use first."""
    rows = Screen.objects.select_related("unit", "playlist").order_by(F("revoked_at").desc(nulls_first=True), "name")
    return rows if scope.everything else rows.filter(unit_id__in=scope.unit_ids)


def screen_for(scope: Scope, screen_id: UUID, *, lock: bool = False) -> Screen:
    """One screen of the caller's units. Raises NotFound."""
    rows = visible(scope).select_for_update(of=("self",)) if lock else visible(scope)
    found = rows.filter(pk=screen_id).first()
    if found is None:
        raise NotFound(_("Không có màn hình này."), action=_("Xem danh sách màn hình của đơn vị."))
    return found


@transaction.atomic
def create_screen(
    *, scope: Scope, unit_id: UUID, name: str, place: str = "", theme: str = "dark", playlist_id: UUID | None = None
) -> Issued:
    """A new screen of a unit with its token. Raises Forbidden, InvalidInput."""
    require(scope, policies.WALLS, unit_id)
    screen = Screen(unit_id=unit_id, created_at=clock.now())
    _assign(screen, {"name": name, "place": place, "theme": theme, "playlist_id": playlist_id})
    token = _issue(screen)
    screen.save(force_insert=True)
    _record(scope, "create_screen", screen, {"name": screen.name})
    return Issued(screen, token)


@transaction.atomic
def change_screen(*, scope: Scope, screen_id: UUID, changes: Mapping[str, Any]) -> Screen:
    """Rename a screen, move it, give it another playlist or theme. Raises NotFound, Forbidden, InvalidInput."""
    screen = _own(scope, screen_id)
    _assign(screen, changes)
    screen.version += 1
    screen.save()
    _record(scope, "change_screen", screen, {key: str(value) for key, value in changes.items()})
    return screen


@transaction.atomic
def new_token(*, scope: Scope, screen_id: UUID) -> Issued:
    """Another token for a screen, also a revoked one; the old address stops working at once."""
    screen = _own(scope, screen_id)
    token = _issue(screen)
    screen.save()
    _record(scope, "new_screen_token", screen, {})
    return Issued(screen, token)


@transaction.atomic
def revoke(*, scope: Scope, screen_id: UUID) -> Screen:
    """End a screen's token: what hangs on the wall goes dark with its next request, at most seconds later."""
    screen = _own(scope, screen_id)
    screen.token_hash, screen.revoked_at = None, clock.now()
    screen.pairing_hash, screen.pairing_until = "", None
    screen.save()
    _record(scope, "revoke_screen", screen, {})
    return screen


@transaction.atomic
def pairing_code(*, scope: Scope, screen_id: UUID) -> tuple[str, datetime]:
    """Six digits to type on the display at /tv/, for a remote control; and until when. Used once."""
    screen = _own(scope, screen_id)
    code = f"{secrets.randbelow(1_000_000):06d}"
    while _waiting(code).exists():
        code = f"{secrets.randbelow(1_000_000):06d}"
    until = clock.now() + timedelta(minutes=PAIRING_MINUTES)
    screen.pairing_hash, screen.pairing_until = secret_hash(code), until
    screen.save(update_fields=["pairing_hash", "pairing_until"])
    _record(scope, "pair_screen", screen, {"until": until.isoformat()})
    return code, until


@transaction.atomic
def pair(code: str) -> str:
    """A new token for the screen whose code this is. NotFound: wrong, used or too old. Who asks is nobody yet."""
    screen = _waiting(code).select_for_update().first()
    if screen is None:
        raise NotFound(
            _("Mã ghép không đúng hoặc đã hết hạn."),
            action=_("Lấy mã mới ở trang Màn hình rồi nhập lại trong 10 phút."),
        )
    token = _issue(screen)
    screen.save()
    audit.record(
        scope=None, actor="tv", action="dashboards.paired", object_type="screen", object_id=str(screen.pk),
        unit_id=screen.unit_id,
    )  # fmt: skip
    return token


def forget_pairing_codes() -> None:
    """End all codes that wait: somebody guesses."""
    Screen.objects.exclude(pairing_hash="").update(pairing_hash="", pairing_until=None)


def screen_of_token(token: str) -> Screen | None:
    """The screen that holds this token now; asked of the database each time, so that revoking works at once."""
    return Screen.objects.select_related("unit").filter(token_hash=secret_hash(token), revoked_at=None).first()


def scope_of_screen(screen: Screen) -> Scope:
    """What a screen may read: the view of its unit, and only what every role may read."""
    unit = organisations.unit_by_id(screen.unit_id)
    return Scope(
        user_id=None, username=f"screen:{screen.pk}", unit_ids=organisations.subtree_ids(screen.unit_id),
        everything=unit.level == "province", token_scopes=frozenset({"read"}), is_screen=True,
    )  # fmt: skip


def seen(screen: Screen, size: str) -> None:
    """Note that the display asked, at most every 15 s, and how large it is."""
    now = clock.now()
    due = Q(last_seen_at=None) | Q(last_seen_at__lt=now - SEEN_EVERY)
    Screen.objects.filter(due, pk=screen.pk).update(last_seen_at=now, last_size=size or F("last_size"))


def is_online(screen: Screen, now: datetime) -> bool:
    """Whether the display asked within the last 45 seconds."""
    return screen.revoked_at is None and screen.last_seen_at is not None and now - screen.last_seen_at <= ONLINE_WITHIN


def _own(scope: Scope, screen_id: UUID) -> Screen:
    screen = screen_for(scope, screen_id, lock=True)
    require(scope, policies.WALLS, screen.unit_id)
    return screen


def _waiting(code: str) -> QuerySet[Screen]:
    return Screen.objects.filter(pairing_hash=secret_hash(code), pairing_until__gt=clock.now())


def _issue(screen: Screen) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    screen.token_hash, screen.token_hint, screen.token_made_at = secret_hash(token), token[:4], clock.now()
    screen.revoked_at, screen.pairing_hash, screen.pairing_until = None, "", None
    return token


def _assign(screen: Screen, changes: Mapping[str, Any]) -> None:
    if unknown := changes.keys() - CHANGEABLE:
        raise InvalidInput(_("Không đổi được: {fields}.").format(fields=", ".join(sorted(unknown))))
    for key, value in changes.items():
        setattr(screen, key, value.strip() if isinstance(value, str) else value)
    if not screen.name:
        raise InvalidInput(_("Màn hình cần có tên."), fields={"name": _("Nhập tên, ví dụ nơi treo màn hình.")})
    if len(screen.name) > 120 or len(screen.place) > 200:
        raise InvalidInput(_("Tên hoặc nơi đặt quá dài."), action=_("Tên tối đa 120, nơi đặt tối đa 200 ký tự."))
    if screen.theme not in ("dark", "light"):
        raise InvalidInput(_("Nền chỉ là tối hoặc sáng."), fields={"theme": "dark, light"})
    if (
        screen.playlist_id
        and not Playlist.objects.filter(pk=screen.playlist_id, unit_id=screen.unit_id, removed_at=None).exists()
    ):
        raise InvalidInput(
            _("Danh sách phát không thuộc đơn vị của màn hình."), fields={"playlist": _("Chọn danh sách khác.")}
        )


def _record(scope: Scope, verb: str, screen: Screen, detail: Mapping[str, Any]) -> None:
    audit.record(
        scope=scope, action=f"dashboards.{verb}", object_type="screen", object_id=str(screen.pk),
        unit_id=screen.unit_id, detail=detail,
    )  # fmt: skip
