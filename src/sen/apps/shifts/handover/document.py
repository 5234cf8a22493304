"""The hand-over as a document in official layout, signed by the centre and kept; and telling the other side."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from sen.apps.access.interface import Scope
from sen.apps.notifications import interface as notifications
from sen.apps.organisations import interface as organisations
from sen.apps.reports import interface as reports
from sen.apps.shifts.chains import parent_of
from sen.apps.shifts.handover import queries
from sen.apps.shifts.handover_models import Handover, HandoverLine
from sen.kernel import clock

_MEANS = {"password": "mật khẩu", "totp": "mã xác thực (TOTP)", "simulated": "chữ ký mô phỏng"}


def make(scope: Scope, held: Handover) -> UUID:
    """Set the document, sign it and keep it among the files, readable to who sees the unit; its file's id."""
    kept = reports.keep_signed(
        scope=scope, content=reports.pdf("handover", _content(held)), name=f"Bien-ban-giao-ca-{held.sequence:02d}-{held.year}.pdf",
        number=f"{held.number} ({held.year})", title="Biên bản giao ca trực", unit_id=held.unit_id, about=f"handover:{held.pk}",
        signers=[str(held.outgoing), str(held.incoming)],
    )  # fmt: skip
    return kept.file_id


def _content(held: Handover) -> dict[str, Any]:
    """What the template reads. An official document is in Vietnamese whatever language its signer reads the console in."""
    unit = organisations.unit_by_id(held.unit_id)
    above = parent_of(held.unit_id, held.starts_at)
    today = clock.local(held.taken_at or clock.now()).date()
    with override("vi"):
        parts = _sections(held)
    return {
        "agency_above": organisations.unit_by_id(above).name if above else f"UBND {unit.name}",
        "agency": unit.name if above else "Trung tâm giám sát, điều hành thông minh",
        "number": held.number, "place": organisations.province().short_name or organisations.province().name,
        "date_words": reports.date_words(today), "title": "Biên bản giao ca trực",
        "subtitle": f"{held.turn}, {_when(held.starts_at)} – {_when(held.ends_at)}",
        "mark": "MÔ PHỎNG" if held.simulated else "", "footer": f"Biên bản giao ca {held.number} · {unit.name}",
        "facts": [["Người giao:", str(held.outgoing)], ["Người nhận:", str(held.incoming)],
                  ["Số liệu lấy lúc:", _when(held.filled_at or held.created_at)]],
        "sections": parts, "remark": held.remark, "digest": held.digest,
        "signatures": [
            _signature("Người giao ca", str(held.outgoing), held.given_by_means, held.given_at),
            _signature("Người nhận ca", str(held.incoming), held.taken_by_means, held.taken_at),
        ],
        "verification": "Trung tâm ký số tệp này (Ed25519). Kiểm tra nguyên bản: trang /verify/ hoặc lệnh ./sen verify.",
    }  # fmt: skip


def _sections(held: Handover) -> list[dict[str, Any]]:
    """Every section, the empty ones too: that there is nothing is a statement as well."""
    return [
        {"title": title, "empty": "Không có.", "lines": [_line(line) for line in lines]}
        for _code, title, lines in queries.parts(held)
    ]


def _line(line: HandoverLine) -> dict[str, str]:
    received = f"Đã nhận {clock.local(line.received_at):%H:%M}" if line.received_at else ""
    return {
        "words": line.words, "detail": line.detail, "note": line.note, "question": line.question, "answer": line.answer,
        "received": received,
    }  # fmt: skip


def _signature(title: str, name: str, means: str, at: datetime | None) -> dict[str, str]:
    how = f"Đã ký bằng {_MEANS.get(means, means)} lúc {_when(at)}" if at else ""
    return {"title": title, "name": name, "how": how}


def _when(moment: datetime) -> str:
    return f"{clock.local(moment):%H:%M ngày %d/%m/%Y}"


def tell_incoming(held: Handover) -> None:
    """The incoming learns that a shift waits for their signature."""
    title = _("{name} giao ca cho bạn: {turn}").format(name=held.outgoing, turn=held.turn)
    _tell(held, f"given:{held.revision}", held.incoming_id, title, _("Đánh dấu từng dòng rồi ký nhận."))


def tell_question(held: Handover, question: str) -> None:
    """The outgoing learns that the incoming asks back."""
    title = _("{name} hỏi lại về biên bản giao ca").format(name=held.incoming)
    _tell(held, f"asked:{clock.now_ms()}", held.outgoing_id, title, question)


def _tell(held: Handover, what: str, person: UUID | None, title: str, body: str) -> None:
    if person is not None:
        notifications.notify(
            key=f"handover:{held.pk}:{what}", to=notifications.Recipients(user_ids=(person,)), title=title, body=body,
            url=f"/shifts/handover/{held.pk}/", severity="info", about=f"handover:{held.pk}",
        )  # fmt: skip
