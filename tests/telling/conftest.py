"""Đồng Tháp with one account per role, committed, and a message gateway on real sockets.

Imports wait for the fixtures: pytest reads this file before the engines and Django's settings are there.
"""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def transactional_db(django_db_setup: None) -> None:
    """In place of pytest-django's, which would empty every table after each test: installing a province takes seconds."""


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    import asyncio

    from django.core.management import call_command

    from sen.apps.access import interface as access
    from sen.apps.organisations import interface as organisations
    from sen.eventbus import ensure_streams
    from sen.kernel.configuration import settings
    from sen.kernel.scopes import SYSTEM

    with django_db_blocker.unblock():
        asyncio.run(ensure_streams(settings().nats_url))
        organisations.install_province("82", scope=SYSTEM)
        access.create_demo_accounts()
        yield
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False)


@pytest.fixture
def centre(transactional_db: None, province: None) -> Iterator[None]:
    """The province without notifications."""
    from django.db import connection

    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE notifications_notification, notifications_personalsettings, notifications_answer CASCADE"
        )


def _certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
        .add_extension(alternative, False).add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "gateway.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())  # fmt: skip
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    return file


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, centre: None) -> Iterator[Any]:
    """A gateway with all carriers of the centre set to it; e-mail goes over STARTTLS with a certificate of its own authority."""
    from sen.kernel import configuration
    from sen.project.message_gateway import MessageGateway

    file = _certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)
    with MessageGateway(tls=tls) as running:
        chosen = {
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(running.smtp_port), "MAIL_FROM": "sen@ioc.example.vn", "CARRIER_CA": str(file),
            "SMS_URL": f"{running.url}/sms", "SMS_TOKEN": "ma-sms", "ZALO_URL": f"{running.url}/zalo", "ZALO_TOKEN": "ma-zalo",
            "WEBHOOK_URL": f"{running.url}/webhook", "WEBHOOK_SECRET": "khoa", "CARRIER_TIMEOUT_S": "20",
            "PUBLIC_ADDRESS": "https://ioc.example.vn",
        }  # fmt: skip
        for name, value in chosen.items():
            monkeypatch.setenv(f"SEN_{name}", value)
        configuration.settings.cache_clear()
        yield running
    monkeypatch.undo()
    configuration.settings.cache_clear()


@pytest.fixture
def person(centre: None) -> Callable[..., Any]:
    """`person("trucban", phone="0912 345 678", sms="notice", quiet=("22:00", "06:00"))` → the account's id."""
    from datetime import time

    from sen.apps.access import interface as access
    from sen.apps.notifications import choices

    def chosen(
        username: str, *, phone: str = "", email: str = "", quiet: tuple[str, str] | None = None, **carriers: str
    ) -> Any:
        scope = access.scope_of_username(username)
        hours = [time.fromisoformat(one) for one in quiet] if quiet else [None, None]
        choices.change(
            scope=scope, carriers=carriers, quiet_from=hours[0], quiet_until=hours[1], sound=True, email=email, phone=phone
        )  # fmt: skip
        return scope.user_id

    return chosen
