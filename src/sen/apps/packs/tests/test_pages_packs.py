"""The pages and REST of the installed packs, as the province's people use them."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sen.apps.access import interface as access
from sen.apps.access.interface import SYSTEM
from sen.apps.access.models import User
from sen.apps.organisations import interface as organisations
from sen.apps.packs import archives, interface
from sen.apps.packs.catalogue import catalogue
from sen.kernel.configuration import settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Client:
    """The province's administrator, with packs in a folder of this test's own."""
    own = settings().model_copy(update={"data": tmp_path})
    monkeypatch.setattr("sen.apps.packs.catalogue.settings", lambda: own)
    interface.reload()
    organisations.install_province("82", scope=SYSTEM)
    access.create_demo_accounts()
    user = User.objects.get(username="quantri")
    TOTP.activate(user, generate_totp_secret())
    made = Client()
    made.force_login(user)
    return made


def test_an_administrator_imports_a_pack_looks_at_it_publishes_it_and_goes_back(client: Client) -> None:
    shipped = archives.read(client.get("/admin/packs/traffic/export/").content)
    files = shipped.files | {
        "pack.toml": shipped.files["pack.toml"].replace(b'version = "1.0.0"', b'version = "1.2.0"')
    }
    newer = archives.write(files, code="traffic", version="1.2.0", name="x")

    def send(reason: str) -> str:
        upload = SimpleUploadedFile("traffic.zip", newer, "application/zip")
        answer = client.post("/admin/packs/import/", {"file": upload, "reason": reason}, follow=True)
        return answer.content.decode()

    assert "Gói chưa được ký." in send("")
    assert "Đã cài gói Giao thông và trật tự 1.2.0." in send("tự làm")
    page = client.get("/admin/packs/traffic/").content.decode()
    for words in (
        "1.2.0",
        "Đọc số thế nào",
        "TrafficFlowObserved",
        "{vehicles}/h",
        "Quay lại bản trước",
        "trf_deaths / trf_accidents",
    ):
        assert words in page
    assert "Đã nhập" in client.get("/admin/packs/").content.decode()

    published = client.post("/admin/packs/traffic/templates/", follow=True).content.decode()
    pack = catalogue().by_code["traffic"]
    brought = sum(map(len, (pack.dashboards, pack.limit_sets, pack.forms, pack.sops, pack.rules)))
    assert f"Đã ban hành {brought} mẫu của gói." in published
    assert "trở lại phiên bản 1.0.0" in client.post("/admin/packs/traffic/back/", follow=True).content.decode()
    assert client.get("/admin/packs/khong-co/").status_code == 404
    interface.reload()


def test_rest_tells_what_a_pack_brings(client: Client) -> None:
    items = {item["code"]: item for item in client.get("/api/v1/packs").json()["items"]}
    assert items["energy"]["brings"]["properties"] == 10
    one = client.get("/api/v1/packs/energy").json()
    assert one["module"]["measure"]["direction"] == "down"
    assert {rule["when"]["kind"] for rule in one["rules"]} >= {"limit", "silence"}
    exported = client.get("/api/v1/packs/energy/export")
    assert exported["Content-Type"] == "application/zip"
    assert archives.read(exported.content).manifest.code == "energy"
    assert client.get("/api/v1/packs/khong-co").status_code == 404
    interface.reload()
