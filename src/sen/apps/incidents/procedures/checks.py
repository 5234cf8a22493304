"""What is wrong or doubtful in a procedure, in words for a clerk. Faults keep a draft from being saved; advice does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from django.utils.translation import gettext as _

from sen.apps.packs import interface as packs
from sen.apps.packs.interface import FlowProblem, Sop, Step

LONG_WAIT = 24 * 60
"""Minutes of a running clock from which office hours are the likelier meaning."""


class Remark(msgspec.Struct, frozen=True):
    """One finding: the step or message it is about (empty for the whole) and the words. `fault`: it must be mended."""

    path: str
    words: str
    fault: bool


def faults(sop: Sop) -> list[packs.Fault]:
    """What a template of kind `sop` is refused for, by the path of the field."""
    return [packs.Fault(f"/{one.path}" if one.path else "", _said(one, sop)) for one in packs.sop_problems(sop)]


def remarks(sop: Sop, *, forms: Collection[str] | None = None, units: Mapping[str, str] | None = None) -> list[Remark]:
    """Faults first, then advice. With `forms` and `units` (code → name) their names are looked up as well."""
    found = [Remark(one.path, _said(one, sop), True) for one in packs.sop_problems(sop)]
    return [*found, *_of_messages(sop), *_of_steps(sop, forms, units)]


def _of_messages(sop: Sop) -> list[Remark]:
    used = {step.message for step in sop.steps}
    found = []
    for message in sop.messages:
        at = f"messages/{message.code}"
        if message.words.strip() and not packs.placeholders(message.words):
            said = _("Mẫu tin không có chỗ điền như {place} hay {time}: tin gửi đi sẽ giống nhau cho mọi sự cố.")
            found.append(Remark(at, said, False))
        if message.code not in used:
            found.append(Remark(at, _("Chưa bước nào dùng mẫu tin này."), False))
    return found


def _of_steps(sop: Sop, forms: Collection[str] | None, units: Mapping[str, str] | None) -> list[Remark]:
    found = []
    asked = {answer[0] for step in sop.steps if (answer := packs.step_condition(step))}
    for step in sop.steps:
        at = f"steps/{step.code}"
        if step.form and forms is not None and step.form not in forms:
            said = _("Đơn vị không có biểu mẫu “%(code)s”; bước vẫn làm được nhưng không có phiếu.") % {
                "code": step.form
            }
            found.append(Remark(at, said, False))
        receiver = step.dispatch if step.dispatch not in ("", "owner", "territory", "neighbours") else ""
        if receiver and units is not None and receiver not in units:
            found.append(Remark(at, _("Không có đơn vị mã “%(code)s”.") % {"code": receiver}, False))
        if step.message and not step.dispatch and _audience(sop, step) == "units":
            found.append(Remark(at, _("Có tin cho đơn vị nhưng chưa chọn gửi cho ai."), False))
        if step.question is not None and step.code not in asked:
            found.append(Remark(at, _("Câu trả lời của bước này không dẫn tới bước nào."), False))
        if step.clock == "running" and step.minutes >= LONG_WAIT:
            said = _("Hạn dài hơn một ngày mà vẫn tính cả ban đêm và ngày nghỉ; cân nhắc giờ hành chính.")
            found.append(Remark(at, said, False))
    if sop.steps and not any(step.dispatch for step in sop.steps):
        found.append(Remark("", _("Chưa bước nào giao cho đơn vị khác xác nhận đã nhận."), False))
    return found


def _audience(sop: Sop, step: Step) -> str:
    return next((one.audience for one in sop.messages if one.code == step.message), "")


def _said(problem: FlowProblem, sop: Sop) -> str:
    names = {step.code: step.words for step in sop.steps}
    first = problem.about[0] if problem.about else ""
    named = {"one": names.get(first) or first, "code": first, "other": problem.about[-1] if problem.about else ""}
    words = {
        "no_name": _("Quy trình cần có tên."),
        "no_steps": _("Quy trình chưa có bước nào."),
        "twice": _("Hai bước cùng mã “%(code)s”."),
        "no_words": _("Bước này chưa ghi phải làm gì."),
        "minutes": _("Thời hạn phải từ 1 phút đến 90 ngày."),
        "unknown_after": _("Bước này chờ một bước không có trong quy trình: “%(code)s”."),
        "after_itself": _("Bước này chờ chính nó."),
        "cycle": _("Các bước chờ lẫn nhau thành vòng, không bước nào bắt đầu được."),
        "behind_cycle": _("Không bao giờ tới được bước này: nó chờ các bước đang chờ lẫn nhau."),
        "bad_when": _("Điều kiện chưa đủ: chọn câu hỏi và câu trả lời."),
        "unknown_question": _("Điều kiện hỏi theo bước “%(one)s”, mà bước đó không có câu hỏi."),
        "unknown_answer": _("Không có câu trả lời “%(other)s” ở bước “%(one)s”: bước này không bao giờ được làm."),
        "question_later": _("Điều kiện hỏi theo bước “%(one)s”, mà bước đó không làm trước bước này."),
        "few_answers": _("Câu hỏi cần nội dung và ít nhất hai câu trả lời."),
        "answer_twice": _("Hai câu trả lời cùng mã."),
        "unknown_message": _("Không có mẫu tin “%(code)s” trong quy trình."),
        "bad_dispatch": _("Không rõ giao cho ai: “%(code)s”."),
        "bad_form": _("“%(code)s” không phải mã biểu mẫu."),
        "unknown_placeholder": _("Không có chỗ điền {%(code)s}. Dùng được: %(known)s."),
        "empty_message": _("Mẫu tin chưa có lời."),
        "unknown_hazard": _("Không có loại sự cố “%(code)s”."),
    }[problem.kind]
    known = ", ".join(f"{{{name}}}" for name in packs.PLACEHOLDERS)
    return words % {**named, "known": known}
