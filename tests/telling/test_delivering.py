"""Delivering over real SMTP and HTTP peers: retries, kills, quiet hours, storms, reports and replies; nothing is lost or doubled."""

from __future__ import annotations

import hashlib
import hmac
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)  # 12:00 in Vietnam


def tell(key: str, *users: UUID, **options: Any) -> UUID | None:
    from sen.apps.notifications import interface as notifications

    told = {"title": f"Tin {key}", "body": "Nội dung", "url": "/alerts/", "severity": "serious", "about": f"alert:{key}"} | options  # fmt: skip
    to = told.pop("to", None) or notifications.Recipients(user_ids=users)
    return notifications.notify(key=key, to=to, **told)


def deliver_all(now: datetime, *codes: str) -> None:
    """Every carrier until nothing is due at `now`."""
    from sen.apps.notifications.delivering import deliver
    from sen.kernel import clock

    with clock.frozen(now):
        for code in codes or ("sms", "zalo", "email", "webhook"):
            for _ in range(50):
                if not deliver(code, now):
                    break


def rows(carrier: str, **filters: Any) -> list[Any]:
    from sen.apps.notifications.models import Delivery

    return list(Delivery.objects.filter(carrier=carrier, **filters).order_by("pk"))


def test_every_carrier_gets_its_message_once(gateway: Any, person: Callable[..., Any]) -> None:
    from sen.apps.notifications import interface as notifications
    from sen.kernel import clock

    user = person("trucban", phone="0912 345 678", email="truc.ban@ioc.example.vn")
    with clock.frozen(NOON):
        tell("tat-ca", user, drill=True)
        tell("tat-ca", user, drill=True)
    deliver_all(NOON)
    sms, zalo, letter, hook = (gateway.box.messages(code) for code in ("sms", "zalo", "email", "webhook"))
    assert [len(one) for one in (sms, zalo, letter, hook)] == [1, 1, 1, 1]
    assert sms[0].to == "+84912345678"
    assert sms[0].text.startswith("DIỄN TẬP · Tin tat-ca")
    assert sms[0].headers["Authorization"] == "Bearer ma-sms"
    assert letter[0].headers["secure"] == "True"
    assert letter[0].text.startswith("DIỄN TẬP · Tin tat-ca")
    assert "https://ioc.example.vn/alerts/" in letter[0].text
    assert "Trực" in letter[0].headers["To"] or "truc.ban@ioc.example.vn" in letter[0].headers["To"]
    assert rows("zalo")[0].state == "sent"
    summary = notifications.state_of(["alert:tat-ca"])["alert:tat-ca"]
    assert (summary.people, summary.undeliverable) == (2, ())  # the person, and the other system behind the webhook


def test_a_webhook_is_signed_so_that_its_receiver_can_tell(gateway: Any, person: Callable[..., Any]) -> None:
    from sen.apps.notifications.carriers import Message
    from sen.apps.notifications.carriers.webhook.carrier import Webhook, sign
    from sen.kernel.configuration import settings

    Webhook(settings()).send(Message("k", "", "", "Tin", "", "", "info", False))
    [got] = gateway.box.messages("webhook")
    stamp, _, signature = got.headers["X-Sen-Signature"].removeprefix("t=").partition(",v1=")
    assert signature == sign("khoa", int(stamp), b'{"key": "k", "title": "Tin", "body": "", "link": "", "severity": "info", "drill": false}')  # fmt: skip
    assert sign("khoa", 1, b"x") == hmac.new(b"khoa", b"1.x", hashlib.sha256).hexdigest()


@pytest.mark.parametrize("carrier", ["sms", "email"])
def test_trouble_is_tried_again_later_and_a_refusal_is_not(
    gateway: Any, person: Callable[..., Any], carrier: str
) -> None:
    from sen.apps.notifications import interface as notifications
    from sen.kernel import clock
    from sen.project.message_gateway import Behaviour

    user = person("trucban", phone="0912345678", email="a@ioc.example.vn")
    with clock.frozen(NOON):
        tell("loi", user, carriers=[carrier])
    gateway.box.behave(Behaviour(times=2, status=503, retry_after_s=30))
    deliver_all(NOON, carrier)
    [row] = rows(carrier)
    assert (row.state, row.attempts) == ("failed", 1)
    assert "trouble on command" in row.reason
    assert row.due_at - NOON >= timedelta(seconds=30 if carrier == "sms" else 4)
    assert notifications.state_of(["alert:loi"])["alert:loi"].failed == 1
    deliver_all(row.due_at, carrier)
    [row] = rows(carrier)
    assert (row.state, row.attempts) == ("failed", 2)
    gateway.box.behave(Behaviour(times=1, status=0, take=True))  # taken, and the answer is lost
    deliver_all(row.due_at, carrier)
    [row] = rows(carrier)
    deliver_all(row.due_at, carrier)
    [row] = rows(carrier)
    assert (row.state, row.due_at, row.reason) == ("sent", None, "")
    [kept] = gateway.box.messages(carrier)
    assert kept.repeats == 1
    with clock.frozen(NOON + timedelta(hours=1)):
        tell("bi-tu-choi", user, carriers=[carrier])
    gateway.box.behave(Behaviour(times=1, status=400))
    deliver_all(NOON + timedelta(hours=1), carrier)
    [lost] = notifications.state_of(["alert:bi-tu-choi"])["alert:bi-tu-choi"].undeliverable
    assert lost.carrier == carrier


def test_a_carrier_that_never_answers_ends_as_undeliverable(gateway: Any, person: Callable[..., Any]) -> None:
    from sen.apps.notifications.delivering import PAUSES_S
    from sen.kernel import clock
    from sen.project.message_gateway import Behaviour

    user = person("trucban", phone="0912345678")
    with clock.frozen(NOON):
        tell("im-lang", user, carriers=["sms"])
    gateway.box.behave(Behaviour(times=99, status=500))
    now = NOON
    for _ in range(len(PAUSES_S) + 1):
        deliver_all(now, "sms")
        now = rows("sms")[0].due_at or now
    [row] = rows("sms")
    assert (row.state, row.due_at, row.attempts) == ("undeliverable", None, len(PAUSES_S) + 1)


def test_a_kill_while_sending_neither_loses_nor_doubles(gateway: Any, person: Callable[..., Any]) -> None:
    """The gateway takes the message and answers slowly; the process dies in between; the next one repeats the same key."""
    from django.db import connection

    from sen.apps.notifications.claiming import LEASE
    from sen.apps.notifications.models import Attempt
    from sen.kernel import clock
    from sen.project.message_gateway import Behaviour

    user = person("trucban", phone="0912345678")
    tell("bi-giet", user, carriers=["sms"])
    gateway.box.behave(Behaviour(times=1, status=500, slow_s=30, take=True))
    code = (
        "import django; from django.conf import settings; "
        f"settings.DATABASES['default']['NAME'] = {connection.settings_dict['NAME']!r}; django.setup(); "
        "from sen.kernel import clock; from sen.apps.notifications.delivering import deliver; deliver('sms', clock.now())"
    )
    environment = {**os.environ, "SEN_CARRIER_TIMEOUT_S": "50", "PYTHONPATH": "src"}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    deadline = time.monotonic() + 120
    while not (rows("sms")[0].attempts) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)  # the call is on its way; wherever it is, the outcome must be the same
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert Attempt.objects.get().ended_at is None
    later = clock.now() + LEASE + timedelta(seconds=1)
    gateway.box.behave(Behaviour())
    deliver_all(later, "sms")
    deliver_all(later + timedelta(hours=1), "sms")
    [row] = rows("sms")
    assert (row.state, row.attempts) == ("sent", 2)
    assert [one.outcome for one in Attempt.objects.order_by("number")] == ["cut_off", "sent"]
    assert len(gateway.box.messages("sms")) == 1


def test_quiet_hours_over_midnight_hold_all_but_the_highest(gateway: Any, person: Callable[..., Any]) -> None:
    from sen.apps.notifications.choices import quiet_until, settings_of
    from sen.kernel import clock

    user = person("trucban", phone="0912345678", quiet=("22:00", "06:00"), sms="notice")
    chosen = settings_of([user])[user]
    six = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 06:00 of the 23rd in Vietnam
    for at, until in (
        (datetime(2026, 11, 22, 14, 59, tzinfo=UTC), None),  # 21:59
        (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), six),  # 22:00
        (datetime(2026, 11, 22, 16, 59, tzinfo=UTC), six),  # 23:59
        (datetime(2026, 11, 22, 17, 0, tzinfo=UTC), six),  # 00:00 of the next day
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), six),  # 05:59
        (six, None),
    ):
        assert quiet_until(chosen, "warning", at) == until
        assert quiet_until(chosen, "serious", at) is None
    night = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    with clock.frozen(night):
        tell("dem", user, severity="warning", carriers=["sms"])
        tell("gap", user, severity="serious", carriers=["sms"])
    deliver_all(night, "sms")
    assert [one.text.splitlines()[0] for one in gateway.box.messages("sms")] == ["Tin gap"]
    assert "06:00" in rows("sms", state="queued")[0].reason
    deliver_all(six, "sms")
    assert [one.text.splitlines()[0] for one in gateway.box.messages("sms")] == ["Tin gap", "Tin dem"]


def test_a_storm_becomes_one_digest_that_names_everything(gateway: Any, person: Callable[..., Any]) -> None:
    from sen.kernel import clock

    user = person("trucban", email="a@ioc.example.vn")
    with clock.frozen(NOON):
        for number in range(40):
            tell(f"bao-{number:02}", user, severity="serious" if number == 39 else "warning", carriers=["email"])
    deliver_all(NOON, "email")
    letters = gateway.box.messages("email")
    assert len(letters) == 6  # SEN_MESSAGES_PER_MINUTE
    assert any(one.text.startswith("Tin bao-39") for one in letters)
    everything = "\n".join(one.text for one in letters)
    assert all(f"Tin bao-{number:02}" in everything for number in range(40))
    assert any(one.text.startswith("35 thông báo") for one in letters)
    assert {row.state for row in rows("email")} == {"sent"}
    with clock.frozen(NOON + timedelta(seconds=20)):
        tell("sau-bao", user, carriers=["email"])
    deliver_all(NOON + timedelta(seconds=20), "email")
    assert len(gateway.box.messages("email")) == 6
    deliver_all(NOON + timedelta(seconds=61), "email")
    assert len(gateway.box.messages("email")) == 7


def test_reports_and_replies_of_a_gateway_count_once(gateway: Any, person: Callable[..., Any], client: Any) -> None:
    from sen.apps.notifications import interface as notifications

    to = notifications.Recipients(addresses=(notifications.Address("sms", "+84901112223", "Bà Tư", "p1"),))
    tell("truyen-tin", to=to, needs_ack=True)
    from sen.kernel import clock

    deliver_all(clock.now(), "sms")
    [sent] = rows("sms")
    text = gateway.box.messages("sms")[0].text
    assert "Trả lời 1 để xác nhận" in text
    assert f"https://ioc.example.vn/xn/{sent.ack_code}/" in text
    headers = {"headers": {"authorization": "Bearer ma-sms"}, "content_type": "application/json"}
    call = {
        "reports": [{"key": str(sent.pk), "state": "delivered"}, {"key": "khong-phai-khoa", "state": "delivered"}],
        "replies": [{"id": "r1", "sender": "0901112223", "text": "1"}],
    }
    assert client.post("/gateways/sms/", call, content_type="application/json").status_code == 401
    assert client.post("/gateways/khac/", call, **headers).status_code == 404
    assert client.post("/gateways/sms/", {"replies": "x"}, **headers).status_code == 422
    assert client.post("/gateways/sms/", call, **headers).json() == {"new": 2}
    assert client.post("/gateways/sms/", call, **headers).json() == {"new": 0}
    [view] = [one for one in notifications.deliveries_of("alert:truyen-tin") if one.carrier == "sms"]
    assert (view.ref, view.answer, view.acknowledged_at is not None) == ("p1", "1", True)
    assert notifications.state_of(["alert:truyen-tin"])["alert:truyen-tin"].acknowledged == 1


def test_the_link_shows_first_and_confirms_only_when_pressed(
    gateway: Any, person: Callable[..., Any], client: Any
) -> None:
    from sen.apps.notifications import interface as notifications
    from sen.kernel import clock

    to = notifications.Recipients(addresses=(notifications.Address("sms", "+84901112223", "Bà Tư", "p1"),))
    tell("duong-dan", to=to, needs_ack=True)
    deliver_all(clock.now(), "sms")
    code = rows("sms")[0].ack_code
    assert "Tin duong-dan" in client.get(f"/xn/{code}/").content.decode()
    assert rows("sms")[0].acknowledged_at is None  # a preview of the link must not confirm it
    client.post(f"/xn/{code}/")
    first = rows("sms")[0].acknowledged_at
    client.post(f"/xn/{code}/")
    assert first is not None
    assert rows("sms")[0].acknowledged_at == first
    assert client.get("/xn/sai/").status_code == 404


def test_without_a_gateway_or_an_address_it_shows_as_undeliverable(centre: None, person: Callable[..., Any]) -> None:
    from sen.apps.notifications import interface as notifications

    to = notifications.Recipients(addresses=(notifications.Address("sms", "+84901112223", "Bà Tư", "p1"),))
    tell("chua-bat", to=to)
    [lost] = notifications.state_of(["alert:chua-bat"])["alert:chua-bat"].undeliverable
    assert (lost.name, lost.carrier) == ("Bà Tư", "sms")


def test_who_switched_a_carrier_off_or_has_no_number_is_written_down(gateway: Any, person: Callable[..., Any]) -> None:
    tell("tat", person("trucban", sms="never"))
    assert [row.state for row in rows("sms")] == ["suppressed"]
    [row] = rows("zalo")
    assert (row.state, "số điện thoại" in row.reason) == ("undeliverable", True)


def test_the_clock_starts_carriers_without_waiting_for_them(gateway: Any, person: Callable[..., Any]) -> None:
    from sen.apps.notifications import interface as notifications
    from sen.kernel import clock

    tell("dong-ho", person("trucban", phone="0912345678"), carriers=["sms"])
    assert notifications.run_due(clock.now()) >= 1
    deadline = time.monotonic() + 120
    while not gateway.box.messages("sms") and time.monotonic() < deadline:
        time.sleep(0.02)
    while rows("sms")[0].state != "sent" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(gateway.box.messages("sms")) == 1
