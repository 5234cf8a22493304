"""Every write to hand-overs: begin, fill, note, give, ask back, receive, take. Signatures ask for the password or code again."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from sen.apps.access import interface as access
from sen.apps.access.interface import Scope, require
from sen.apps.audit import interface as audit
from sen.apps.shifts import bus, on_duty, policies
from sen.apps.shifts.handover import document, sections
from sen.apps.shifts.handover_models import Handover, HandoverLine, Promise
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound
from sen.kernel.text import normal

State = Handover.State


@transaction.atomic
def begin(*, scope: Scope, unit_id: UUID) -> Handover:
    """Begin to hand over the caller's shift; the one that is open already where there is one. Raises NotFound, Forbidden."""
    if not scope.sees(unit_id) or scope.user_id is None:
        raise NotFound(_("Không tìm thấy đơn vị."))
    require(scope, policies.WORK, unit_id)
    open_one = (
        Handover.objects.select_for_update().filter(unit_id=unit_id, state__in=(State.DRAFT, State.GIVEN)).first()
    )
    if open_one is not None:
        return open_one
    now = clock.now()
    starts_at, ends_at, turn = _shift(scope, unit_id, now)
    year = clock.local(now).year
    last = Handover.objects.filter(unit_id=unit_id, year=year).aggregate(last=Max("sequence"))["last"]
    made = Handover.objects.create(
        unit_id=unit_id, year=year, sequence=(last or 0) + 1, turn=turn, starts_at=starts_at, ends_at=ends_at,
        outgoing_id=scope.user_id, created_at=now,
    )  # fmt: skip
    _fill(scope, made)
    _record(scope, "shifts.begin_handover", made, {"turn": turn})
    return made


def _shift(scope: Scope, unit_id: UUID, now: datetime) -> tuple[datetime, datetime, str]:
    """The shift that is handed over; where no roster has one, all since the last hand-over, a day at most."""
    shift = on_duty.current(scope, unit_id)
    if shift is not None:
        return shift.starts_at, shift.ends_at, shift.name
    last = Handover.objects.filter(unit_id=unit_id, state=State.DONE).aggregate(last=Max("taken_at"))["last"]
    return max(last or now - timedelta(days=1), now - timedelta(days=1)), now, _("Ngoài lịch trực")


@transaction.atomic
def fill(*, scope: Scope, handover_id: UUID) -> Handover:
    """Read everything anew into a draft; notes stay with their lines. Raises NotFound, Forbidden, Conflict once it was given."""
    held = _outgoing(scope, handover_id)
    _fill(scope, held)
    return held


def _fill(scope: Scope, held: Handover) -> None:
    known = {(line.section, line.key): line for line in held.lines.all()}
    kept = set()
    for section, lines in sections.read_all(scope, held.unit_id, held.starts_at):
        for order, line in enumerate(lines):
            row = known.get((section.code, line.key)) or HandoverLine(
                handover=held, section=section.code, key=line.key[:120]
            )
            row.section_title, row.section_order, row.order = str(section.title)[:100], section.order, order
            row.words, row.detail, row.url, row.severity = (
                line.words[:500],
                line.detail[:500],
                line.url[:300],
                line.severity,
            )
            row.save()
            kept.add(row.pk)
    # What has been settled since goes, unless somebody wrote to it.
    held.lines.exclude(pk__in=kept).filter(note="").delete()
    held.filled_at = clock.now()
    held.save(update_fields=["filled_at"])


@transaction.atomic
def note(*, scope: Scope, line_id: UUID, words: str) -> None:
    """The outgoing's note to a line of a draft, or their answer to a question. Raises NotFound, Forbidden, Conflict."""
    line = _line(scope, line_id)
    held = line.handover
    _require_outgoing(scope, held)
    text = normal(words)
    if held.state == State.GIVEN and line.question:
        line.answer = text[:500]
        line.save(update_fields=["answer"])
    elif held.state == State.DRAFT:
        line.note = text[:1000]
        line.save(update_fields=["note"])
    else:
        raise Conflict(
            _("Biên bản đã ký: không sửa được ghi chú."), action=_("Ca nhận hỏi lại thì ca giao mới trả lời.")
        )


@transaction.atomic
def promise(*, scope: Scope, unit_id: UUID, words: str) -> Promise:
    """Write down what was promised to somebody; it stays in every hand-over until it is kept. Raises NotFound, Forbidden, InvalidInput."""
    if not scope.sees(unit_id):
        raise NotFound(_("Không tìm thấy đơn vị."))
    require(scope, policies.WORK, unit_id)
    text = normal(words)[:500]
    if len(text) < 5:
        raise InvalidInput(_("Ghi rõ hứa với ai, việc gì, khi nào."), fields={"words": _("Ít nhất 5 ký tự.")})
    made = Promise.objects.create(unit_id=unit_id, words=text, made_at=clock.now(), made_by=scope.username)
    audit.record(
        scope=scope,
        action="shifts.promise",
        object_type="promise",
        object_id=str(made.pk),
        unit_id=unit_id,
        detail={"words": text},
    )
    return made


@transaction.atomic
def keep_promise(*, scope: Scope, promise_id: UUID) -> None:
    """A promise was kept: later hand-overs are without it. Raises NotFound, Forbidden."""
    found = Promise.objects.select_for_update().filter(pk=promise_id, kept_at=None).first()
    if found is None or not scope.sees(found.unit_id):
        raise NotFound(_("Không tìm thấy việc đã hứa này."))
    require(scope, policies.WORK, found.unit_id)
    found.kept_at, found.kept_by = clock.now(), scope.username
    found.save(update_fields=["kept_at", "kept_by"])
    audit.record(
        scope=scope,
        action="shifts.keep_promise",
        object_type="promise",
        object_id=str(promise_id),
        unit_id=found.unit_id,
    )


@transaction.atomic
def give(*, scope: Scope, handover_id: UUID, incoming_id: UUID, remark: str, secret: str) -> Handover:
    """The outgoing signs: the lines stand still from here on, the incoming is told. Raises NotFound, Forbidden, Conflict, InvalidInput."""
    held = _outgoing(scope, handover_id)
    if incoming_id == held.outgoing_id or incoming_id not in access.last_seen([incoming_id]):
        raise InvalidInput(_("Chọn người nhận ca khác người giao."), fields={"incoming": _("Chọn người nhận ca.")})
    means = access.confirm(scope, secret)
    _fill(scope, held)
    held.remark, held.incoming_id = normal(remark)[:4000], incoming_id
    held.state, held.given_at, held.given_by_means = State.GIVEN, clock.now(), means
    held.given_digest = digest(held)
    held.revision += 1
    held.save()
    document.tell_incoming(held)
    _record(
        scope, "shifts.give_handover", held, {"digest": held.given_digest, "means": means, "incoming": str(incoming_id)}
    )
    bus.announce(held.unit_id)
    return held


@transaction.atomic
def take_back(*, scope: Scope, handover_id: UUID) -> Handover:
    """The outgoing goes on writing: the signature falls, so do the incoming's ticks. Raises NotFound, Forbidden, Conflict."""
    held = _held(scope, handover_id, State.GIVEN)
    _require_outgoing(scope, held)
    held.lines.update(received_at=None)
    held.state, held.given_at, held.given_by_means, held.given_digest = State.DRAFT, None, "", ""
    held.revision += 1
    held.save()
    _record(scope, "shifts.take_back_handover", held, {})
    return held


@transaction.atomic
def receive(*, scope: Scope, handover_id: UUID, line_ids: list[UUID], question: str = "") -> None:
    """The incoming ticks lines, or asks back about them where there is a `question`. Raises NotFound, Forbidden, Conflict."""
    held = _held(scope, handover_id, State.GIVEN)
    _require_incoming(scope, held)
    lines = list(held.lines.filter(pk__in=line_ids))
    if len(lines) != len(set(line_ids)):
        raise NotFound(_("Không tìm thấy dòng này."))
    text = normal(question)[:500]
    for line in lines:
        line.received_at = None if text else clock.now()
        line.question, line.answer = (text, "") if text else (line.question, line.answer)
        line.save(update_fields=["received_at", "question", "answer"])
    if text:
        document.tell_question(held, text)


@transaction.atomic
def take(*, scope: Scope, handover_id: UUID, secret: str) -> Handover:
    """The incoming signs what they ticked; the document is made, signed by the centre and kept. The shift is theirs.

    Raises NotFound, Forbidden, InvalidInput, Conflict while a line is not ticked.
    """
    held = _held(scope, handover_id, State.GIVEN)
    _require_incoming(scope, held)
    left = held.lines.filter(received_at=None).count()
    if left:
        raise Conflict(
            _("Còn {n} dòng chưa đánh dấu đã nhận.").format(n=left), action=_("Đánh dấu từng dòng, hoặc hỏi lại ca giao."),
            code="lines_left",
        )  # fmt: skip
    means = access.confirm(scope, secret)
    held.state, held.taken_at, held.taken_by_means = State.DONE, clock.now(), means
    held.digest = digest(held)
    held.revision += 1
    held.file_id = document.make(scope, held)
    held.save()
    _record(scope, "shifts.take_handover", held, {"digest": held.digest, "given": held.given_digest, "means": means})
    bus.announce(held.unit_id)
    return held


@transaction.atomic
def cancel(*, scope: Scope, handover_id: UUID) -> None:
    """Drop a hand-over that nobody has taken; its number stays used. Raises NotFound, Forbidden, Conflict."""
    held = _held(scope, handover_id, State.DRAFT)
    require(scope, policies.WORK, held.unit_id)
    held.state = State.CANCELLED
    held.revision += 1
    held.save(update_fields=["state", "revision"])
    _record(scope, "shifts.cancel_handover", held, {})


def digest(held: Handover) -> str:
    """SHA-256 of what is signed: who, when, every line with its notes, ticks and answers, the remark."""
    lines = [
        [line.section, line.key, line.words, line.detail, line.note, line.question, line.answer,
         line.received_at.isoformat() if line.received_at else ""]
        for line in held.lines.all()
    ]  # fmt: skip
    content = [
        str(held.pk), held.number, held.year, held.turn, held.starts_at.isoformat(), held.ends_at.isoformat(),
        str(held.outgoing_id), str(held.incoming_id), held.remark, lines,
    ]  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _held(scope: Scope, handover_id: UUID, *states: str) -> Handover:
    found = Handover.objects.select_for_update(of=("self",)).filter(pk=handover_id).first()
    if found is None or not scope.sees(found.unit_id):
        raise NotFound(_("Không tìm thấy biên bản giao ca."))
    if found.state not in states:
        raise Conflict(
            _("Biên bản đang ở trạng thái “{state}”.").format(state=found.get_state_display()), action=_("Tải lại trang."),
            code="handover_moved",
        )  # fmt: skip
    return found


def _outgoing(scope: Scope, handover_id: UUID) -> Handover:
    held = _held(scope, handover_id, State.DRAFT)
    _require_outgoing(scope, held)
    return held


def _require_outgoing(scope: Scope, held: Handover) -> None:
    require(scope, policies.WORK, held.unit_id)
    if held.outgoing_id != scope.user_id:
        raise Forbidden(
            _("Chỉ người giao ca mới làm được việc này."), action=_("Nhờ {name}.").format(name=held.outgoing)
        )


def _require_incoming(scope: Scope, held: Handover) -> None:
    require(scope, policies.WORK, held.unit_id)
    if held.incoming_id != scope.user_id:
        raise Forbidden(
            _("Chỉ người nhận ca mới làm được việc này."), action=_("Nhờ {name}.").format(name=held.incoming)
        )


def _line(scope: Scope, line_id: UUID) -> HandoverLine:
    found = HandoverLine.objects.select_for_update(of=("self",)).filter(pk=line_id).select_related("handover").first()
    if found is None or not scope.sees(found.handover.unit_id):
        raise NotFound(_("Không tìm thấy dòng này."))
    return found


def _record(scope: Scope, action: str, held: Handover, detail: dict[str, object]) -> None:
    audit.record(
        scope=scope, action=action, object_type="handover", object_id=str(held.pk), unit_id=held.unit_id,
        detail={"number": held.number, "year": held.year, **detail},
    )  # fmt: skip
