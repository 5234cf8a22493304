"""A document that a register received becomes tasks: its text and proposals at once, given once, each leading back to it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
TEXT = """Ủy ban nhân dân tỉnh giao:
1. Sở Xây dựng và Sở Tài chính hoàn thành rà soát dữ liệu quy hoạch trước ngày 25/12/2026.
2. Sở Khoa học và Công nghệ báo cáo kết quả thử nghiệm trong tháng 12 năm 2026."""


def test_a_received_document_becomes_tasks_once(people: Any) -> None:
    from django.contrib.auth import get_user_model

    from sen.apps.directives import received
    from sen.apps.directives.models import Directive, Intake, Task
    from sen.apps.documents import interface as documents
    from sen.apps.documents.models import Document

    new = documents.NewDocument(
        exchange_id="", reference="88/UBND-KT", issuer=documents.Agent(code="", name="UBND tỉnh"), abstract="V/v rà soát dữ liệu quy hoạch",
        content=TEXT, issued_on=date(2026, 11, 20), origin="table",
    )  # fmt: skip
    at = datetime(2026, 11, 21, 2, tzinfo=UTC)
    kept, _new = documents.enter(new, documents.Entry(unit_id=people.unit("82"), direction="in", registered_at=at))
    browser = Client()
    browser.force_login(get_user_model().objects.get(username="trucban"))
    address = f"/tasks/new/?document={kept.pk}"
    shown = browser.get(address).content.decode()
    assert shown.count('<fieldset class="panel intake-card"') == 3, "two proposals and the blank one"
    assert 'value="88/UBND-KT"' in shown and 'value="2026-11-20"' in shown and not Intake.objects.exists()
    form = dict(re.findall(r'<input type="hidden" name="(by|document|intake|\d-evidence)" value="([^"]*)"', shown))
    form |= {
        "title": "Rà soát",
        "number": "88/UBND-KT",
        "issued": "2026-11-20",
        "card": ["0"],
        "0-chosen": "1",
        "0-deadline": "2026-12-25",
    }
    form |= {"0-words": "Hoàn thành rà soát dữ liệu quy hoạch", "0-leads": ["82-sxd", "82-stc"]}
    assert browser.post(address, form).status_code == 302
    assert browser.post(address, form).status_code == 302, "the same page sent twice leads to what it gave"
    directive = Directive.objects.get()
    assert (directive.document_id, Task.objects.count(), Intake.objects.count()) == (kept.pk, 2, 1)
    page = browser.get(f"/tasks/directives/{directive.pk}/").content.decode()
    both = " ".join(Task.objects.order_by("number").values_list("number", flat=True))
    assert f'data-owners="{both}"' in page and f"/documents/{kept.pk}/" in page
    number = both.split()[1]
    task = browser.get(f"/tasks/{number}/").content.decode()
    assert f"#at-{number}" in task and f"/documents/{kept.pk}/" in task
    assert "Đã giao 2 nhiệm vụ" in browser.get(address).content.decode()
    Document.objects.filter(pk=kept.pk).update(content="")
    empty = browser.get(address).content.decode()
    assert received.of_document(people["trucban"], kept.pk).why in empty and 'id="new-text"' in empty
    lead = browser.get("/tasks/new/?unit=82-sxd").content.decode()
    assert '<span class="uchip" data-code="82-sxd">Sở Xây dựng</span>' in lead
    Document.objects.all().delete()
