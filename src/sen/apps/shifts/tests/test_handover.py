"""A hand-over from the first line to the signed document, which says of a copy whether it was changed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.usefixtures("centre")
PROMISE = "Gọi lại ông Nguyễn Văn Bưởi #ở cống *Xuân Hòa* trước 16:00 – mực nước ≥ 1,5 m"


@pytest.fixture
def passwords(centre: None) -> dict[str, str]:
    from sen.apps.access.interface import demo_accounts

    return {one["username"]: one["password"] for one in demo_accounts()}


@pytest.fixture
def person(centre: None) -> Callable[[str], Client]:
    from sen.apps.access.models import User

    def made(username: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=username))
        return client

    return made


def _ids(username: str) -> Any:
    from sen.apps.access.models import User

    return User.objects.get(username=username).pk


def test_both_sign_and_the_document_tells_a_change(
    person: Callable[[str], Client], passwords: dict[str, str], rest: Any
) -> None:
    from sen.apps.audit.models import AuditEvent
    from sen.apps.shifts.models import Handover, HandoverLine

    giver, taker = person("trucban"), person("tongdai")
    giver.post("/shifts/promises/new/", {"unit": "82", "words": PROMISE})
    address = giver.post("/shifts/handover/begin/", {"unit": "82"})["Location"]
    held = Handover.objects.get()
    line = HandoverLine.objects.get(section="promises")
    giver.post(f"{address}note/", {"line": str(line.pk), "words": "Số máy ở sổ trực"})
    giver.post(f"{address}fill/")
    assert HandoverLine.objects.get(section="promises").note == "Số máy ở sổ trực"

    form = {"incoming": str(_ids("tongdai")), "remark": "Mạng tầng 2 chập chờn"}
    wrong = giver.post(f"{address}give/", form | {"secret": "sai"})
    assert (
        wrong.status_code == 422 and "không đúng" in wrong.content.decode() and "Mạng tầng 2" in wrong.content.decode()
    )
    assert taker.post(f"{address}give/", form | {"secret": passwords["tongdai"]}).status_code == 403
    giver.post(f"{address}give/", form | {"secret": passwords["trucban"]})
    held.refresh_from_db()
    assert held.state == "given" and len(held.given_digest) == 64

    refused = taker.post(f"{address}take/", {"secret": passwords["tongdai"]}, follow=True).content.decode()
    assert "chưa đánh dấu đã nhận" in refused
    taker.post(f"{address}ask/", {"line": str(line.pk), "question": "Số nào?"})
    giver.post(f"{address}note/", {"line": str(line.pk), "words": "0912 000 000"})
    taker.post(f"{address}receive/", {"line": [str(one.pk) for one in HandoverLine.objects.all()]})
    taker.post(f"{address}take/", {"secret": passwords["tongdai"]})
    held.refresh_from_db()
    assert held.state == "done" and held.file_id

    answer = taker.get(f"/files/{held.file_id}/")
    assert answer["Content-Type"] == "application/pdf" and "sandbox" in answer["Content-Security-Policy"]
    words = " ".join(
        " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages).split()
    )
    for text in (
        PROMISE,
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "0912 000 000",
        "Số nào?",
        "Mạng tầng 2 chập chờn",
        held.digest,
    ):
        assert text in words, (text, words)
    checked = taker.post("/verify/", {"file": SimpleUploadedFile("a.pdf", answer.content)}).content.decode()
    assert "nguyên bản, chưa bị sửa" in checked and held.number in checked
    changed = answer.content.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    assert changed != answer.content
    assert (
        "đã bị sửa sau khi ký"
        in taker.post("/verify/", {"file": SimpleUploadedFile("a.pdf", changed)}).content.decode()
    )

    signed = AuditEvent.objects.filter(action__in=("shifts.give_handover", "shifts.take_handover")).order_by("seq")
    assert [held.given_digest in one.detail or held.digest in one.detail for one in signed] == [True, True]
    assert giver.post(f"{address}note/", {"line": str(line.pk), "words": "sửa sau"}, follow=True).status_code == 200
    assert HandoverLine.objects.get(pk=line.pk).note == "Số máy ở sổ trực"
    assert person("xa-a").get(f"/files/{held.file_id}/").status_code == 404
    rest("trucban")("POST", "/handovers?unit=82", {}, expect=200)


def test_what_an_app_brings_and_what_breaks(person: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """A section that fails says so in a line; a promise that was kept is in no later hand-over."""
    from sen.apps.shifts import interface as shifts
    from sen.apps.shifts.handover import sections
    from sen.apps.shifts.models import HandoverLine, Promise
    from sen.kernel import clock

    monkeypatch.setattr(sections, "_sections", dict(sections._sections))

    def broken(scope: Any, unit_id: Any, since: Any) -> list[shifts.Line]:
        raise RuntimeError("hỏng")

    def two(scope: Any, unit_id: Any, since: Any) -> list[shifts.Line]:
        assert since <= clock.now() - timedelta(hours=1)
        return [shifts.Line("a", "Việc một", url="/", severity="serious"), shifts.Line("b", "Việc hai")]

    shifts.register_section("broken", "Phần hỏng", broken, order=1)
    shifts.register_section("two", "Hai việc", two, order=2)
    with pytest.raises(ValueError, match="two"):
        shifts.register_section("two", "Lần nữa", two)
    client = person("trucban")
    client.post("/shifts/promises/new/", {"unit": "82", "words": "Hứa rồi làm"})
    client.post("/shifts/promises/kept/", {"unit": "82", "promise": str(Promise.objects.get().pk)})
    address = client.post("/shifts/handover/begin/", {"unit": "82"})["Location"]
    assert list(
        HandoverLine.objects.filter(section__in=("broken", "two", "promises")).values_list("key", flat=True)
    ) == ["unreadable", "a", "b"]
    assert "Không đọc được phần này" in client.get(address).content.decode()
