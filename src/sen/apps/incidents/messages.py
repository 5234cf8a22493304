"""Messages to the public: drafted, submitted, approved by somebody else, published, updated, ended. Drills never reach the public."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.incidents import log, policies, seeing
from sen.apps.incidents.choices import CapSeverity, Category, MessageState, MessageType, Severity, Urgency
from sen.apps.incidents.message_content import Content
from sen.apps.incidents.models import Incident, PublicMessage
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound

_OPEN = (MessageState.DRAFT, MessageState.SUBMITTED)
_CATEGORY = {
    "flood": Category.MET, "salinity": Category.MET, "air": Category.ENV, "water": Category.ENV, "fire": Category.FIRE,
    "traffic": Category.TRANSPORT, "health": Category.HEALTH, "media": Category.SECURITY, "power": Category.INFRA,
    "station": Category.INFRA, "camera": Category.SECURITY, "other": Category.OTHER,
}  # fmt: skip
_DEGREE = {
    Severity.SERIOUS: CapSeverity.SEVERE,
    Severity.WARNING: CapSeverity.MODERATE,
    Severity.NOTICE: CapSeverity.MINOR,
}


def proposed(incident: Incident) -> Content:
    """A draft's content as far as the incident says it: category, degree, area, for six hours from now."""
    now = clock.now()
    ground = incident.territory
    return Content(
        category=_CATEGORY[incident.kind].value, event=incident.get_kind_display(), urgency=Urgency.IMMEDIATE.value,
        severity=_DEGREE.get(Severity(incident.severity), CapSeverity.UNKNOWN).value, certainty="Observed",
        headline=incident.title[:160], description=incident.description or incident.title,
        area=incident.place or (ground.name if ground else incident.lead_unit.name), geocodes=[ground.code] if ground else [],
        effective_at=now, expires_at=now + timedelta(hours=6),
    )  # fmt: skip


@transaction.atomic
def draft(*, scope: Scope, number: str | UUID, content: Mapping[str, Any]) -> PublicMessage:
    """Begin a message; what `content` leaves out is proposed. Raises NotFound, Forbidden, InvalidInput with `fields`, Conflict."""
    incident = seeing.running_for(scope, number, policies.DRAFT_MESSAGE)
    base = msgspec.structs.asdict(proposed(incident))
    return _new(scope, incident, {**base, **content}, MessageType.ALERT, None)


@transaction.atomic
def save(*, scope: Scope, message_id: UUID, content: Mapping[str, Any], revision: int | None = None) -> PublicMessage:
    """Change a draft; a message that was submitted or approved becomes a draft again. Conflict where it is published."""
    incident, message = _held(scope, message_id, policies.DRAFT_MESSAGE, revision)
    if message.state not in (*_OPEN, MessageState.APPROVED):
        raise _over(message)
    before = {name: getattr(message, name) for name in Content.__struct_fields__}
    _put(message, _checked({**before, **content}, message))
    message.state, message.approved_at, message.approved_by = MessageState.DRAFT, None, ""
    if scope.user_id and scope.user_id not in message.author_ids:
        message.author_ids = [*message.author_ids, scope.user_id]
    return _keep(scope, incident, message, "message_drafted")


@transaction.atomic
def submit(*, scope: Scope, message_id: UUID, revision: int | None = None) -> PublicMessage:
    """Ask for approval; leaders of the leading unit are told."""
    from sen.apps.incidents import telling

    incident, message = _held(scope, message_id, policies.DRAFT_MESSAGE, revision)
    if message.state != MessageState.DRAFT:
        raise _over(message)
    message.state, message.returned_words = MessageState.SUBMITTED, ""
    title = _("{number}: thông điệp chờ duyệt").format(number=incident.number)
    to = telling.leaders(incident.lead_unit_id)
    telling.tell(incident, f"message:{message.identifier}:{message.revision}", to, title, message.headline)
    return _keep(scope, incident, message, "message_submitted")


@transaction.atomic
def approve(*, scope: Scope, message_id: UUID, revision: int | None = None) -> PublicMessage:
    """Approve what was submitted. Forbidden `own_message` for whoever wrote in it."""
    incident, message = _held(scope, message_id, policies.APPROVE_MESSAGE, revision)
    if message.state != MessageState.SUBMITTED:
        raise _over(message)
    if scope.user_id is None or scope.user_id in message.author_ids:
        raise Forbidden(
            _("Người soạn không tự duyệt thông điệp của mình."),
            action=_("Đề nghị một lãnh đạo khác duyệt."),
            code="own_message",
        )
    message.state, message.approved_at, message.approved_by = MessageState.APPROVED, clock.now(), log.person(scope)
    return _keep(scope, incident, message, "message_approved")


@transaction.atomic
def send_back(*, scope: Scope, message_id: UUID, reason: str, revision: int | None = None) -> PublicMessage:
    """Give a submitted message back to its author, with what has to change."""
    incident, message = _held(scope, message_id, policies.APPROVE_MESSAGE, revision)
    if message.state != MessageState.SUBMITTED:
        raise _over(message)
    message.returned_words = log.written(reason, "reason", least=3, longest=1000)
    message.state = MessageState.DRAFT
    return _keep(scope, incident, message, "message_returned", reason=message.returned_words)


@transaction.atomic
def publish(*, scope: Scope, message_id: UUID, revision: int | None = None) -> PublicMessage:
    """Give an approved message to the public; one that it replaces holds no longer. Conflict `drill` in a drill, always."""
    incident, message = _held(scope, message_id, policies.APPROVE_MESSAGE, revision)
    if incident.drill or message.exercise:
        raise Conflict(
            _("Thông điệp diễn tập không phát ra công chúng."), action=_("Diễn tập dừng ở bước duyệt."), code="drill"
        )
    if message.state != MessageState.APPROVED:
        raise _over(message)
    now = clock.now()
    if message.expires_at <= now:
        raise InvalidInput(
            _("Thời hạn của thông điệp đã qua."), action=_("Sửa thời hạn rồi trình duyệt lại."),
            fields={"expires_at": _("Cần sau thời điểm phát.")},
        )  # fmt: skip
    earlier = message.replaces
    if earlier is not None:
        held = PublicMessage.objects.select_for_update().get(pk=earlier.pk)
        if held.state != MessageState.PUBLISHED:
            raise Conflict(
                _("Bản trước không còn hiệu lực."), action=_("Soạn bản cập nhật từ bản mới nhất."), code="stale"
            )
        held.state = MessageState.REPLACED
        held.save(update_fields=["state"])
    message.state, message.published_at, message.published_by = MessageState.PUBLISHED, now, log.person(scope)
    return _keep(scope, incident, message, "message_published")


@transaction.atomic
def follow(
    *, scope: Scope, message_id: UUID, message_type: str, content: Mapping[str, Any] | None = None
) -> PublicMessage:
    """Begin an Update of a published message, or its Cancel, as a new draft with the old content and a reference to it."""
    incident, message = _held(scope, message_id, policies.DRAFT_MESSAGE, None, over=True)
    if message_type not in (MessageType.UPDATE, MessageType.CANCEL):
        raise InvalidInput(_("Chọn Cập nhật hoặc Kết thúc."), action=_("Chọn lại loại thông điệp."))
    # A drill stops at the approval, so that its updates follow an approved message.
    wanted = MessageState.APPROVED if message.exercise else MessageState.PUBLISHED
    if message.state != wanted:
        raise _over(message)
    waiting = message.replaced_by.exclude(state=MessageState.WITHDRAWN).first()
    if waiting is not None:
        raise Conflict(
            _("Đã có bản tiếp theo {identifier}.").format(identifier=waiting.identifier), action=_("Mở bản đó để sửa."),
            code="followed",
        )  # fmt: skip
    base = {name: getattr(message, name) for name in Content.__struct_fields__}
    now = clock.now()
    base["effective_at"], base["expires_at"] = now, max(message.expires_at, now + timedelta(hours=1))
    if message_type == MessageType.CANCEL:
        base.update(
            urgency="Past", response_type="AllClear", headline=_("Kết thúc: {text}").format(text=message.headline)[:160]
        )
    return _new(scope, incident, {**base, **(content or {})}, MessageType(message_type), message)


@transaction.atomic
def withdraw(*, scope: Scope, message_id: UUID) -> PublicMessage:
    """Give up a message that was never published."""
    incident, message = _held(scope, message_id, policies.DRAFT_MESSAGE, None, over=True)
    if message.state not in (*_OPEN, MessageState.APPROVED):
        raise _over(message)
    message.state = MessageState.WITHDRAWN
    return _keep(scope, incident, message, "message_withdrawn")


def _new(
    scope: Scope,
    incident: Incident,
    content: Mapping[str, Any],
    message_type: MessageType,
    replaces: PublicMessage | None,
) -> PublicMessage:
    count = incident.messages.count() + 1
    message = PublicMessage(
        incident=incident, identifier=f"{incident.number}-{count}", replaces=replaces, message_type=message_type,
        exercise=incident.drill, drafted_at=clock.now(), drafted_by=log.person(scope),
        author_ids=[scope.user_id] if scope.user_id else [], revision=0,
    )  # fmt: skip
    _put(message, _checked(content, message))
    return _keep(scope, incident, message, "message_drafted")


def _put(message: PublicMessage, content: Content) -> None:
    for name in Content.__struct_fields__:
        value = getattr(content, name)
        setattr(message, name, msgspec.to_builtins(value) if name in ("polygon", "circle") else value)


def _checked(content: Mapping[str, Any], message: PublicMessage) -> Content:
    """The content, or InvalidInput naming each field that cannot be used."""
    unknown = {name: _("Không có trường này.") for name in content if name not in Content.__struct_fields__}
    if unknown:
        raise InvalidInput(_("Thông điệp có trường lạ."), action=_("Bỏ các trường được nêu."), fields=unknown)
    try:
        found = msgspec.convert(dict(content), Content, strict=False)
    except msgspec.ValidationError as error:
        place = str(error).rpartition("`$.")[2].rstrip("`") or "content"
        raise InvalidInput(
            _("Thông điệp có giá trị không hợp lệ."),
            action=_("Sửa mục được nêu."),
            fields={place: _("Giá trị không hợp lệ.")},
        ) from None
    faults = dict(_faults(found, message))
    if faults:
        raise InvalidInput(_("Thông điệp chưa đủ hoặc chưa đúng."), action=_("Sửa các mục được nêu."), fields=faults)
    return found


def _faults(found: Content, message: PublicMessage) -> list[tuple[str, str]]:
    faults = []
    for name in Content.__struct_fields__:
        field = PublicMessage._meta.get_field(name)
        value, longest = getattr(found, name), getattr(field, "max_length", None)
        if isinstance(value, str):
            if not value.strip() and name in ("event", "headline", "description", "area"):
                faults.append((name, _("Không được để trống.")))
            if longest and len(value) > longest:
                faults.append((name, _("Dài quá {n} ký tự.").format(n=longest)))
            choices = getattr(field, "choices", None)
            if choices and value not in {code for code, _name in choices}:
                faults.append((name, _("Chọn một giá trị trong danh sách.")))
    if found.expires_at <= found.effective_at:
        faults.append(("expires_at", _("Phải sau lúc bắt đầu hiệu lực.")))
    ring = found.polygon
    if ring and (len(ring) < 4 or ring[0] != ring[-1] or not all(_on_earth(*point) for point in ring)):
        faults.append(("polygon", _("Vùng cần ít nhất ba điểm và phải khép kín.")))
    circle = found.circle
    if circle and not (_on_earth(circle.lon, circle.lat) and 0 < circle.radius_km <= 1000):
        faults.append(("circle", _("Cần tâm trên bản đồ và bán kính từ trên 0 đến 1000 km.")))
    known = organisations.units_on(clock.local(clock.now()).date()) if found.geocodes else {}
    if any(code not in known for code in found.geocodes):
        faults.append(("geocodes", _("Có mã đơn vị không tồn tại.")))
    return faults


def _on_earth(lon: float, lat: float) -> bool:
    return math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90


def _held(
    scope: Scope, message_id: UUID, action: str, revision: int | None, *, over: bool = False
) -> tuple[Incident, PublicMessage]:
    """The message and its incident, both locked. With `over` also where the incident is over: an alarm must be called off."""
    found = PublicMessage.objects.filter(pk=message_id).values_list("incident_id", flat=True).first()
    if found is None:
        raise NotFound(_("Không tìm thấy thông điệp."), action=_("Tải lại trang."))
    try:
        incident = seeing.incident_for(scope, found, lock=True)
    except NotFound:
        raise NotFound(_("Không tìm thấy thông điệp."), action=_("Tải lại trang.")) from None
    require(scope, action, incident.lead_unit_id)
    message = PublicMessage.objects.select_for_update(of=("self",)).select_related("replaces").get(pk=message_id)
    if not over and message.message_type == MessageType.ALERT:
        seeing.must_run(incident)
    if revision is not None and revision != message.revision:
        raise Conflict(_("Người khác vừa sửa thông điệp này."), action=_("Tải lại rồi làm lại."), code="stale")
    return incident, message


def _over(message: PublicMessage) -> Conflict:
    return Conflict(
        _("Thông điệp đang ở trạng thái “{state}”.").format(state=message.get_state_display()),
        action=_("Tải lại trang để xem trạng thái mới."),
        code="wrong_state",
    )


def _keep(scope: Scope, incident: Incident, message: PublicMessage, kind: str, **facts: Any) -> PublicMessage:
    message.revision += 1
    message.save()
    log.add(incident, kind, scope=scope, identifier=message.identifier, **facts)
    log.moved(incident)
    log.record(scope, kind, incident, identifier=message.identifier, revision=message.revision, **facts)
    return message
