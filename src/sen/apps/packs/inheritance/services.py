"""What the owner of a template does: create, draft, publish, withdraw, retire. One transaction and one audit event each."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sen.apps.organisations import interface as organisations
from sen.apps.packs import policies
from sen.apps.packs.inheritance import kinds, paths, records, settings_versions
from sen.apps.packs.inheritance.queries import ref, template_row
from sen.apps.packs.inheritance.values import Audience, TemplateRef
from sen.apps.packs.models import InheritanceChange, Template, TemplateVersion
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.identifiers import is_code
from sen.kernel.scopes import Scope, require
from sen.kernel.text import normal

Action = InheritanceChange.Action


@transaction.atomic
def create_template(
    *, scope: Scope, kind: str, code: str, name: str, owner_id: UUID, content: dict[str, Any], pack: str = ""
) -> TemplateRef:
    """A new template of a unit, as a draft. Raises InvalidInput, Forbidden, Conflict where the unit has one of this kind and code."""
    settings_versions.begin()
    _own_unit(scope, owner_id)
    require(scope, policies.CHANGE, owner_id)
    known = kinds.kind_of(kind)
    name = normal(name)
    if not is_code(code):
        raise InvalidInput(
            _("Mã mẫu không hợp lệ."), action=_("Dùng chữ không dấu, số và . _ -"), fields={"code": code}
        )
    if not name or len(name) > 200:
        raise InvalidInput(
            _("Tên mẫu cần từ 1 đến 200 ký tự."), action=_("Sửa tên rồi lưu lại."), fields={"name": name}
        )
    now = clock.now()
    made = Template(
        owner_id=owner_id, kind=kind, code=code, name=name, pack=pack, draft=kinds.checked(known, content),
        draft_by=scope.username, draft_at=now, created_at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("Đơn vị đã có mẫu loại này với mã “{code}”.").format(code=code),
            action=_("Chọn mã khác."),
            code="code_taken",
            fields={"code": code},
        ) from error
    records.change(
        scope=scope, template=made, unit_id=owner_id, action=Action.CREATE, before=None, after={"name": name}
    ).save()
    records.note(scope=scope, template=made, unit_id=owner_id, action="create_template", detail={"name": name})
    return ref(made)


@transaction.atomic
def save_draft(
    *, scope: Scope, template_id: UUID, content: dict[str, Any], revision: int, name: str | None = None
) -> int:
    """Replace the draft (and name); the new revision. Conflict (412) where somebody saved or published meanwhile."""
    settings_versions.begin()
    template = _for_change(scope, template_id, policies.CHANGE)
    _same_revision(template, revision)
    template.draft = kinds.checked(kinds.kind_of(template.kind), content)
    if name is not None and normal(name):
        template.name = normal(name)[:200]
    _touch(scope, template)
    template.save()
    records.note(
        scope=scope, template=template, unit_id=template.owner_id, action="save_draft",
        detail={"revision": template.revision},
    )  # fmt: skip
    return template.revision


@transaction.atomic
def publish(
    *,
    scope: Scope,
    template_id: UUID,
    audience: Audience,
    open_fields: tuple[str, ...] = (),
    mandatory: bool = False,
    effective_on: date | None = None,
    note: str = "",
    revision: int | None = None,
) -> int:
    """Make the draft the next version for an audience; its number. Nothing is copied: who it is for is a rule.

    With `revision`, of two people who publish the same draft the second gets Conflict (412). A version that is only for
    the owner needs `packs.change`, any other `packs.publish`. Raises InvalidInput.
    """
    settings_versions.begin()
    action = policies.CHANGE if audience.rule == "own" else policies.PUBLISH
    template = _for_change(scope, template_id, action)
    if revision is not None:
        _same_revision(template, revision)
    content = kinds.checked(kinds.kind_of(template.kind), template.draft)
    _check_audience(template, audience)
    opened = _checked_patterns(content, open_fields)
    last = TemplateVersion.objects.filter(template=template).order_by("-number").first()
    number = last.number + 1 if last else 1
    made = TemplateVersion.objects.create(
        template=template, number=number, content=content, rule=audience.rule, kinds=list(audience.kinds),
        unit_ids=list(audience.unit_ids), open_fields=opened, mandatory=mandatory and audience.rule != "own",
        effective_on=effective_on if mandatory else None, note=note.strip()[:2000], published_at=clock.now(),
        published_by=scope.username,
    )  # fmt: skip
    template.draft = content
    _touch(scope, template)
    template.save()
    detail = {
        "version": number, "rule": made.rule, "kinds": made.kinds, "units": [str(one) for one in made.unit_ids],
        "open": opened, "mandatory": made.mandatory, "effective_on": made.effective_on,
    }  # fmt: skip
    records.change(
        scope=scope, template=template, unit_id=template.owner_id, action=Action.PUBLISH, version=number,
        before={"newest": last.number if last else None}, after={"newest": number}, reason=note,
    ).save()  # fmt: skip
    records.note(scope=scope, template=template, unit_id=template.owner_id, action="publish", detail=detail)
    return number


@transaction.atomic
def withdraw(*, scope: Scope, template_id: UUID, version: int, reason: str) -> None:
    """Take a version out of force; units fall back to the one before it. Raises NotFound, Conflict where it was withdrawn."""
    settings_versions.begin()
    template = _for_change(scope, template_id, policies.CHANGE)
    row = TemplateVersion.objects.filter(template=template, number=version).first()
    if row is None:
        raise NotFound(_("Không có phiên bản này của mẫu."), action=_("Xem danh sách phiên bản của mẫu."))
    if row.rule != "own":
        require(scope, policies.PUBLISH, template.owner_id)
    if row.withdrawn_at is not None:
        raise Conflict(_("Phiên bản này đã được thu hồi."), action=_("Tải lại trang."))
    reason = needed(reason)
    set_withdrawn(scope=scope, row=row, reason=reason)
    records.change(
        scope=scope, template=template, unit_id=template.owner_id, action=Action.WITHDRAW, version=version,
        before={"withdrawn": False}, after={"withdrawn": True}, reason=reason,
    ).save()  # fmt: skip
    detail = {"version": version, "reason": reason}
    records.note(scope=scope, template=template, unit_id=template.owner_id, action="withdraw", detail=detail)


def set_withdrawn(*, scope: Scope, row: TemplateVersion, reason: str | None) -> None:
    """Withdraw a version, or with None put it into force again. Only inside another service's transaction."""
    row.withdrawn_at = None if reason is None else clock.now()
    row.withdrawn_by = "" if reason is None else scope.username
    row.withdrawn_reason = (reason or "")[:500]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


@transaction.atomic
def retire(*, scope: Scope, template_id: UUID, reason: str) -> None:
    """End a template: it holds nowhere any more and is offered to nobody. Its versions and what units decided stay readable."""
    settings_versions.begin()
    template = _for_change(scope, template_id, policies.CHANGE)
    if TemplateVersion.objects.filter(template=template).exclude(rule="own").exists():
        require(scope, policies.PUBLISH, template.owner_id)
    reason = needed(reason)
    template.retired_at, template.retired_reason = clock.now(), reason[:500]
    template.save()
    records.change(
        scope=scope, template=template, unit_id=template.owner_id, action=Action.RETIRE,
        before={"retired": False}, after={"retired": True}, reason=reason,
    ).save()  # fmt: skip
    records.note(
        scope=scope, template=template, unit_id=template.owner_id, action="retire_template", detail={"reason": reason}
    )


def needed(reason: str) -> str:
    """The reason without blanks around it. Raises InvalidInput where there is none."""
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Cần ghi lý do."), action=_("Nhập lý do ngắn gọn."), fields={"reason": ""})
    return reason[:500]


def _own_unit(scope: Scope, unit_id: UUID) -> None:
    if not scope.sees(unit_id) or unit_id not in organisations.lineages([unit_id]):
        raise NotFound(_("Không tìm thấy đơn vị."), action=_("Kiểm tra lại mã đơn vị."))


def _for_change(scope: Scope, template_id: UUID, action: str) -> Template:
    """The template, locked, where the caller may do `action` for its owner and it is not retired."""
    visible = template_row(scope, template_id)
    require(scope, action, visible.owner_id)
    template = Template.objects.select_for_update(of=("self",)).select_related("owner").get(pk=visible.pk)
    if template.retired_at is not None:
        raise Conflict(_("Mẫu này đã ngừng dùng."), action=_("Hoàn tác việc ngừng dùng trước khi sửa."))
    return template


def _same_revision(template: Template, revision: int) -> None:
    if template.revision != revision:
        raise Conflict(
            _("Mẫu đã được {who} sửa hoặc ban hành trong lúc bạn làm.").format(who=template.draft_by or "?"),
            action=_("Tải lại, xem thay đổi rồi làm tiếp."),
            code="changed_meanwhile",
            status=412,
        )


def _touch(scope: Scope, template: Template) -> None:
    template.revision += 1
    template.draft_by, template.draft_at = scope.username, clock.now()


def _check_audience(template: Template, audience: Audience) -> None:
    if audience.rule == "kinds" and not audience.kinds:
        raise InvalidInput(
            _("Chưa chọn loại đơn vị nhận mẫu."), action=_("Chọn ít nhất một loại."), fields={"audience": ""}
        )
    if audience.rule != "units":
        return
    if not audience.unit_ids:
        raise InvalidInput(
            _("Chưa chọn đơn vị nhận mẫu."), action=_("Chọn ít nhất một đơn vị."), fields={"audience": ""}
        )
    outside = set(audience.unit_ids) - organisations.subtree_ids(template.owner_id)
    if outside or template.owner_id in audience.unit_ids:
        raise InvalidInput(
            _("Chỉ ban hành được cho đơn vị trực thuộc."), action=_("Bỏ các đơn vị khác khỏi danh sách."),
            code="outside_owner", fields={"audience": ", ".join(sorted(str(one) for one in outside))},
        )  # fmt: skip


def _checked_patterns(content: dict[str, Any], open_fields: tuple[str, ...]) -> list[str]:
    """The patterns in order, each of which names something. Raises InvalidInput: a slip would open nothing in silence."""
    opened = sorted(set(open_fields))
    for pattern in opened:
        if (
            not paths.PATTERN.fullmatch(pattern)
            or len(pattern) > paths.LONGEST
            or not paths.leads_somewhere(content, pattern)
        ):
            raise InvalidInput(
                _("Mục để mở “{path}” không có trong nội dung mẫu.").format(path=pattern),
                action=_("Chọn lại các mục để mở."),
                code="unknown_open_field",
                fields={"open_fields": pattern},
            )
    return opened
