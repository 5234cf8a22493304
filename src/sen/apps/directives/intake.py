"""From a document to confirmed tasks: read it, keep it, propose its tasks with their places, give what a person confirms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import assigning, history, policies
from sen.apps.directives.evidence_files import MAX_BYTES, about_directive
from sen.apps.directives.extraction import proposals, reading
from sen.apps.directives.matching import Match, Register
from sen.apps.directives.models import Directive, Intake
from sen.apps.directives.values import DirectiveRef, NewDirective, NewTask
from sen.apps.files import interface as files
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.text import normal

MOST_CHARACTERS = 400_000
READABLE = (".txt", ".docx", ".pdf")
_DATED = re.compile(r",\s*ngày[\s\d.…]*tháng")
"""The line of place and date, which names nothing."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A proposed task: its words and places in the text, and what its names stand for. `whole`: from extraction, not selected."""

    words: str
    leads: tuple[Match, ...]
    cooperating: tuple[Match, ...]
    deadline: date | None
    deadline_words: str
    evidence: tuple[int, int]
    deadline_at: tuple[int, int] | None
    warnings: tuple[str, ...]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it was understood. `issued` is None where its date is blank."""

    number: str
    issuer: str
    issued: date | None
    title: str
    proposals: tuple[Proposal, ...]


@transaction.atomic
def begin(
    *,
    scope: Scope,
    text: str = "",
    file: tuple[str, bytes] | None = None,
    document_id: UUID | None = None,
    title: str = "",
    intake_id: UUID | None = None,
) -> Intake:
    """Keep a document to be read; from text or from a .txt, .docx or .pdf file. The same `intake_id` is kept once.

    Raises Forbidden, InvalidInput: empty, too long, or a file without text (code unreadable_document says why).
    """
    if intake_id is not None and Intake.objects.filter(pk=intake_id).exists():
        return intake_for(scope, intake_id)
    if file is not None:
        text = text_of_file(*file)
    made = of_text(scope, text, document_id=document_id, title=title)
    if intake_id is not None:
        made.pk = intake_id
    if file is not None:
        made.file_name = file[0][:255]
        made.file_id = files.keep(
            scope=scope, content=file[1], name=file[0], unit_id=made.unit_id, about=f"intake:{made.pk}"
        ).id
    made.save(force_insert=True)
    return made


def of_text(scope: Scope, text: str, *, document_id: UUID | None = None, title: str = "") -> Intake:
    """A document to be read that is not stored. Raises Forbidden, InvalidInput where the text is empty or too long."""
    own = assigning.own_units(scope)
    unit_id = own[0].id if own else organisations.province().id
    require(scope, policies.ASSIGN, unit_id)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip("\n")
    if len(normal(text)) < 20:
        raise InvalidInput(
            _("Chưa có nội dung văn bản."), action=_("Dán nội dung hoặc chọn tệp .docx, .pdf, .txt."),
            fields={"text": _("Dán nội dung văn bản.")},
        )  # fmt: skip
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(
            _("Văn bản dài quá 400.000 ký tự."), action=_("Chia văn bản thành nhiều phần."), fields={"text": ""}
        )
    return Intake(
        text=text, unit_id=unit_id, document_id=document_id, title=normal(title)[:500], made_at=clock.now(),
        made_by=history.person(scope), made_by_id=scope.user_id,
    )  # fmt: skip


def text_of_file(name: str, content: bytes) -> str:
    """The text of a .txt, .docx or .pdf file. Raises InvalidInput where it is too large, of another kind or has no text."""
    if len(content) > MAX_BYTES:
        raise InvalidInput(_("Tệp lớn hơn 20 MB."), action=_("Dán phần nội dung cần giao."), fields={"file": ""})
    suffix = Path(name).suffix.lower()
    if suffix not in READABLE:
        raise InvalidInput(
            _("Không đọc được loại tệp này."), action=_("Gửi tệp .docx, .pdf có chữ, .txt, hoặc dán nội dung."),
            code="unreadable_document", fields={"file": _("Chọn tệp .docx, .pdf hoặc .txt.")},
        )  # fmt: skip
    with TemporaryDirectory(prefix="sen-document-") as folder:
        path = Path(folder, f"document{suffix}")
        path.write_bytes(content)
        return reading.read(path)


def intake_for(scope: Scope | None, intake_id: UUID) -> Intake:
    """A document that waits, for whoever read it or assigns in its unit. NotFound."""
    scope = require(scope, policies.ASSIGN)
    found = Intake.objects.select_related("unit", "directive").filter(pk=intake_id).first()
    own = found is not None and scope.user_id is not None and found.made_by_id == scope.user_id
    if found is None or not (own or scope.allows(policies.ASSIGN, found.unit_id)):
        raise NotFound(_("Không tìm thấy văn bản đang đọc."), action=_("Đọc lại văn bản từ đầu."))
    return found


def read(intake: Intake) -> Reading:
    """What the document says, with the units that its names stand for; nothing is stored."""
    calendar = organisations.office_calendars_of([intake.unit_id])[intake.unit_id]
    found = proposals.extract_from_text(intake.text, calendar)
    register = Register(found.issued)
    made = [
        Proposal(
            words=one.task, leads=tuple(register.match(name) for name in one.agencies),
            cooperating=tuple(register.match(name) for name in one.coordinating), deadline=one.deadline,
            deadline_words=" ".join(one.deadline_text.split()), evidence=place.evidence, deadline_at=place.deadline,
            warnings=one.warnings,
        )
        for one, place in zip(found.tasks, proposals.places(intake.text, calendar), strict=True)
    ]  # fmt: skip
    return Reading(
        number=found.number, issuer=found.issuer, issued=found.issued, title=intake.title or _title(intake.text),
        proposals=tuple(made),
    )  # fmt: skip


def _title(text: str) -> str:
    """The abstract: what stands behind "V/v" or "Về việc", else the line after the kind of document."""
    lines = [" ".join(line.strip(" *|-").split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    for index, line in enumerate(lines[:40]):
        low = line.lower()
        if low.startswith(("v/v", "về việc", "(v/v")):
            return line.removeprefix("(").removesuffix(")")[:500]
        if low in ("thông báo", "chỉ thị", "kế hoạch", "công điện", "quyết định", "báo cáo") and index + 1 < len(lines):
            return f"{line.capitalize()} {lines[index + 1][:1].lower()}{lines[index + 1][1:]}"[:500]
    return next((line for line in lines if len(line.split()) > 5 and not _DATED.search(line)), "")[:500]


@transaction.atomic
def confirm(*, scope: Scope, intake_id: UUID, directive: NewDirective, tasks: Sequence[NewTask]) -> DirectiveRef:
    """Give the tasks that a person confirmed of a document. Confirming twice gives the same. See assigning.add_tasks for what it raises."""
    intake = intake_for(scope, intake_id)
    Intake.objects.select_for_update().get(pk=intake.pk)
    intake.refresh_from_db()
    if intake.directive is not None and intake.directive.undone_at is None:
        raise Conflict(
            _("Văn bản này đã được giao thành nhiệm vụ."), action=_("Xem các nhiệm vụ đã giao."), code="confirmed_already",
            directive=str(intake.directive_id),
        )  # fmt: skip
    told = msgspec.structs.replace(
        directive, text=intake.text, file_id=intake.file_id, document_id=intake.document_id, key="", origin="document",
        unit_id=directive.unit_id or intake.unit_id,
    )  # fmt: skip
    made = assigning.add_tasks(scope=scope, directive=told, tasks=tasks)
    intake.directive = Directive.objects.get(pk=made.id)
    intake.save(update_fields=["directive"])
    if intake.file_id is not None:
        _hand_over_file(scope, intake, intake.file_id, made.id)
    return made


def _hand_over_file(scope: Scope, intake: Intake, file_id: UUID, directive_id: UUID) -> None:
    """The document belongs to the directive from now on, so that whoever has a task of it may read it."""
    kept = files.keep(
        scope=scope, content=files.read(file_id), name=intake.file_name, unit_id=intake.unit_id,
        about=about_directive(directive_id),
    )  # fmt: skip
    Directive.objects.filter(pk=directive_id).update(file_id=kept.id)
