"""Broadcasts over the contact tree: write, approve, send, who confirmed, remind the rest, call the deputy, close."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sen.apps.audit import interface as audit
from sen.apps.emergency import contacts, policies
from sen.apps.emergency.announcing import changed_after_commit
from sen.apps.emergency.models import Broadcast, BroadcastPerson, BulletinTemplate, Contact, Hazard
from sen.apps.notifications import interface as notifications
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from sen.kernel.scopes import Scope, require

ABOUT = "broadcast:"
SEVERITIES = ("notice", "warning", "serious")
_AT_A_TIME = 20


def visible(scope: Scope) -> QuerySet[Broadcast]:
    """Broadcasts of the caller's units, and those that reached contacts of these units."""
    require(scope, policies.VIEW)
    found = Broadcast.objects.select_related("unit", "created_by", "approved_by", "bulletin")
    if scope.everything:
        return found
    return (found.filter(unit_id__in=scope.unit_ids) | found.filter(people__contact__unit_id__in=scope.unit_ids)).distinct()  # fmt: skip


def broadcast_for(scope: Scope, broadcast_id: UUID) -> Broadcast:
    """The one broadcast; NotFound for others'."""
    found = visible(scope).filter(pk=broadcast_id).first()
    if found is None:
        raise NotFound(_("Không có lần phát tin này."))
    return found


@transaction.atomic
def write(
    *,
    scope: Scope,
    unit: str,
    to_units: Sequence[str],
    title: str,
    words: str,
    hazard: str = "other",
    severity: str = "serious",
    drill: bool = False,
    first_only: bool = False,
    remind_minutes: int = 10,
    escalate_minutes: int = 20,
    bulletin: BulletinTemplate | None = None,
    area: Mapping[str, Any] | None = None,
    figures: Mapping[str, Any] | None = None,
    key: str = "",
) -> Broadcast:
    """A draft that nobody was told yet; the same `key` gives the same draft. Raises NotFound, Forbidden, InvalidInput."""
    speaker = organisations.unit(unit)
    require(scope, policies.BROADCAST, speaker.id)
    if key and (known := Broadcast.objects.filter(key=key).first()):
        return broadcast_for(scope, known.pk)
    if not title.strip() or not words.strip():
        raise InvalidInput(_("Thiếu tiêu đề hoặc nội dung."), fields={"words": _("Nhập nội dung cần báo.")})
    if severity not in SEVERITIES or hazard not in Hazard.values or not 1 <= remind_minutes <= escalate_minutes <= 1440:
        raise InvalidInput(_("Mức độ, loại hoặc thời hạn không hợp lệ."), action=_("Nhắc lại trước khi gọi người thay, tính bằng phút."))  # fmt: skip
    codes = _within(scope, to_units)
    made = Broadcast.objects.create(
        number=_next_number(), unit_id=speaker.id, to_units=codes, first_only=first_only, hazard=hazard, severity=severity,
        title=title.strip()[:200], words=words.strip(), bulletin=bulletin, area=area, figures=figures, drill=drill,
        remind_minutes=remind_minutes, escalate_minutes=escalate_minutes, key=key or None, created_at=clock.now(),
        created_by_id=scope.user_id,
    )  # fmt: skip
    _record(scope, made, "emergency.write_broadcast")
    return made


def _within(scope: Scope, codes: Sequence[str]) -> list[str]:
    """Unit codes that the caller may speak to: those of their own scope."""
    units = [organisations.unit(code) for code in dict.fromkeys(codes)]
    if not units:
        raise InvalidInput(_("Chưa chọn nơi nhận."), action=_("Chọn ít nhất một đơn vị."), fields={"to": "empty"})
    if any(not scope.sees(unit.id) for unit in units):
        raise NotFound(_("Không tìm thấy đơn vị có mã này."))
    return [unit.code for unit in units]


def _next_number() -> str:
    """`TT-2026-0012`; in the caller's transaction, numbers of a year in order."""
    start = f"TT-{clock.local(clock.now()).year}-"
    last = Broadcast.objects.select_for_update().filter(number__startswith=start).order_by("-number").first()
    return f"{start}{(int(last.number.removeprefix(start)) if last else 0) + 1:04}"


@transaction.atomic
def approve(*, scope: Scope, broadcast_id: UUID) -> Broadcast:
    """A second person agrees with a bulletin's words. Raises Forbidden for who wrote it, Conflict where it is past that."""
    found = _locked(scope, broadcast_id, policies.APPROVE)
    if found.created_by_id == scope.user_id and not scope.is_system:
        raise Forbidden(_("Người soạn không tự duyệt bản tin của mình."), action=_("Nhờ lãnh đạo hoặc trực ban khác duyệt."))  # fmt: skip
    _expect(found, Broadcast.State.DRAFT)
    found.state, found.approved_at, found.approved_by_id = Broadcast.State.APPROVED, clock.now(), scope.user_id
    found.save(update_fields=["state", "approved_at", "approved_by"])
    _record(scope, found, "emergency.approve_broadcast")
    return found


@transaction.atomic
def send(*, scope: Scope, broadcast_id: UUID) -> Broadcast:
    """Tell everybody. A bulletin needs its approval, free words of an officer on duty do not. Raises Conflict, InvalidInput."""
    found = _locked(scope, broadcast_id, policies.BROADCAST)
    if found.state == Broadcast.State.SENT:
        return found
    _expect(found, Broadcast.State.APPROVED if found.bulletin_id else Broadcast.State.DRAFT, Broadcast.State.APPROVED)
    units = [organisations.unit(code).id for code in found.to_units]
    people = contacts.to_tell(units, first_only=found.first_only)
    if not people:
        raise InvalidInput(_("Các đơn vị đã chọn chưa có đầu mối nào."), action=_("Nạp cây đầu mối trước: sen import contacts."))  # fmt: skip
    now = clock.now()
    found.state, found.sent_at = Broadcast.State.SENT, now
    found.save(update_fields=["state", "sent_at"])
    rows = BroadcastPerson.objects.bulk_create(BroadcastPerson(broadcast=found, contact=one, told_at=now) for one in people)  # fmt: skip
    for row in rows:
        _tell(found, row, "first")
    _record(scope, found, "emergency.send_broadcast", people=len(rows))
    return found


def _tell(broadcast: Broadcast, row: BroadcastPerson, turn: str) -> None:
    """One notification per person and turn; the key makes a repetition harmless."""
    contact, on = row.contact, notifications.carriers_on()
    by_phone = [code for code in ("sms", "zalo") if code in on] or ["sms"]
    ways = [notifications.Address(code, contact.phone, contact.name, str(row.pk)) for code in by_phone if contact.phone]
    if contact.email and "email" in on:
        ways.append(notifications.Address("email", contact.email, contact.name, str(row.pk)))
    title = broadcast.title
    if turn.startswith("remind"):
        title = _("Nhắc lại: %(title)s") % {"title": title}
    elif turn == "deputy":
        title = _("Thay %(name)s: %(title)s") % {"name": row.instead_of.contact.name if row.instead_of else "", "title": title}  # fmt: skip
    notifications.notify(
        key=f"{ABOUT}{broadcast.pk}:{turn}:{row.pk}",
        to=notifications.Recipients(addresses=tuple(ways), inbox_ids=(contact.user_id,) if contact.user_id else ()),
        title=title, body=broadcast.words, url=f"/emergency/broadcasts/{broadcast.pk}/", severity=broadcast.severity,
        about=f"{ABOUT}{broadcast.pk}", drill=broadcast.drill, carriers=("sms", "zalo", "email"), needs_ack=True,
    )  # fmt: skip


def acknowledged(one: notifications.Acknowledged) -> None:
    """Somebody confirmed over the console, the link or a reply; in the transaction of that confirmation."""
    rows = BroadcastPerson.objects.filter(broadcast_id=one.about.removeprefix(ABOUT), acknowledged_at=None)
    if one.ref:
        rows = rows.filter(pk=one.ref)
    elif one.user_id:
        rows = rows.filter(contact__user_id=one.user_id)
    else:
        return
    if rows.update(acknowledged_at=clock.now(), how=one.how):
        changed_after_commit(one.about, acknowledged=True)


@transaction.atomic
def acknowledge_by_hand(*, scope: Scope, person_id: UUID, note: str) -> None:
    """Somebody reached the person another way (a call, a messenger) and says how. Raises NotFound, InvalidInput."""
    row = BroadcastPerson.objects.select_for_update().select_related("contact").filter(pk=person_id).first()
    if row is None or not visible(scope).filter(pk=row.broadcast_id).exists():
        raise NotFound(_("Không có người này trong lần phát tin."))
    require(scope, policies.BROADCAST, row.contact.unit_id)
    if not note.strip():
        raise InvalidInput(_("Ghi rõ đã báo bằng cách nào."), action=_("Ví dụ: gọi điện 14:05, đã nhận."))
    if row.acknowledged_at is None:
        row.acknowledged_at, row.how, row.note = clock.now(), "hand", note.strip()[:200]
        row.save(update_fields=["acknowledged_at", "how", "note"])
        found = broadcast_for(scope, row.broadcast_id)
        _record(scope, found, "emergency.acknowledge_by_hand", contact=row.contact.code, note=row.note)


@transaction.atomic
def acknowledge_own(*, scope: Scope, broadcast_id: UUID) -> None:
    """The caller, who is a contact with an account, confirms on the page. Raises NotFound."""
    found = broadcast_for(scope, broadcast_id)
    rows = found.people.filter(contact__user_id=scope.user_id) if scope.user_id else found.people.none()
    if not rows.exists():
        raise NotFound(_("Bạn không có trong danh sách nhận tin này."))
    if rows.filter(acknowledged_at=None).update(acknowledged_at=clock.now(), how="console"):
        _record(scope, found, "emergency.acknowledge")


@transaction.atomic
def remind(*, scope: Scope, broadcast_id: UUID) -> int:
    """Remind all who have not confirmed, now; how many. Nobody is reminded twice within a minute."""
    found = _locked(scope, broadcast_id, policies.BROADCAST)
    _expect(found, Broadcast.State.SENT)
    count = _remind(found, clock.now(), found.people.filter(acknowledged_at=None))
    _record(scope, found, "emergency.remind_broadcast", people=count)
    return count


def _remind(found: Broadcast, now: datetime, rows: Iterable[BroadcastPerson]) -> int:
    count = 0
    for row in rows:
        if row.reminded_at and now - row.reminded_at < timedelta(minutes=1):
            continue
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        _tell(found, row, f"remind@{clock.to_ms(now)}")
        count += 1
    return count


@transaction.atomic
def close(*, scope: Scope, broadcast_id: UUID, note: str = "") -> Broadcast:
    """Nobody is reminded any more; who confirmed stays on record."""
    found = _locked(scope, broadcast_id, policies.BROADCAST)
    if found.state != Broadcast.State.CLOSED:
        found.state, found.closed_at, found.closed_note = Broadcast.State.CLOSED, clock.now(), note.strip()[:300]
        found.save(update_fields=["state", "closed_at", "closed_note"])
        _record(scope, found, "emergency.close_broadcast", note=found.closed_note)
    return found


def run_due(now: datetime) -> int:
    """Remind who did not confirm in time and tell their deputies; how much was done. A kill repeats nothing."""
    due = Broadcast.objects.filter(state=Broadcast.State.SENT, people__acknowledged_at=None)
    waiting = due.filter(people__reminded_at=None) | due.filter(people__escalated_at=None)
    done = 0
    for key in waiting.order_by("pk").values_list("pk", flat=True).distinct()[:_AT_A_TIME]:
        with transaction.atomic():
            done += _run_one(key, now)
    return done


def _run_one(key: UUID, now: datetime) -> int:
    found = Broadcast.objects.select_for_update(skip_locked=True).filter(pk=key, state=Broadcast.State.SENT).first()
    if found is None:
        return 0
    rows = found.people.filter(acknowledged_at=None).select_related("contact", "instead_of__contact")
    late = rows.filter(reminded_at=None, told_at__lte=now - timedelta(minutes=found.remind_minutes))
    done = _remind(found, now, list(late))
    for row in rows.filter(escalated_at=None, told_at__lte=now - timedelta(minutes=found.escalate_minutes)):
        row.escalated_at = now
        row.save(update_fields=["escalated_at"])
        done += _tell_deputy(found, row, now)
    if done:
        changed_after_commit(f"{ABOUT}{found.pk}", reminded=done)
    return done


def _tell_deputy(found: Broadcast, row: BroadcastPerson, now: datetime) -> int:
    told = set(found.people.values_list("contact_id", flat=True))
    for deputy in Contact.objects.filter(deputy_of=row.contact).exclude(pk__in=told).order_by("order", "code")[:1]:
        made = BroadcastPerson.objects.create(broadcast=found, contact=deputy, instead_of=row, told_at=now)
        _tell(found, made, "deputy")
        audit.record(
            scope=None, actor="emergency", action="emergency.tell_deputy", object_type="broadcast", object_id=found.number,
            unit_id=found.unit_id, detail={"deputy": deputy.code, "for": row.contact.code},
        )  # fmt: skip
        return 1
    return 0


def _locked(scope: Scope, broadcast_id: UUID, action: str) -> Broadcast:
    broadcast_for(scope, broadcast_id)
    found = Broadcast.objects.select_for_update().select_related("unit").get(pk=broadcast_id)
    require(scope, action, found.unit_id)
    return found


def _expect(found: Broadcast, *states: str) -> None:
    if found.state not in states:
        raise Conflict(
            _("Lần phát tin đang ở bước “%(state)s”.") % {"state": found.get_state_display()}, action=_("Tải lại trang để xem mới nhất.")
        )  # fmt: skip


def _record(scope: Scope, found: Broadcast, action: str, **detail: Any) -> None:
    changed_after_commit(f"{ABOUT}{found.pk}", state=found.state)
    audit.record(
        scope=scope, action=action, object_type="broadcast", object_id=found.number, unit_id=found.unit_id,
        detail={"title": found.title, "drill": found.drill, **detail},
    )  # fmt: skip
