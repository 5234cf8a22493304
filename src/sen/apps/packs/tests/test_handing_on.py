"""Packs that travel: installed as templates, exported, signed, refused, imported, taken back."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sen.apps.access.interface import SYSTEM
from sen.apps.audit.models import AuditEvent
from sen.apps.organisations import interface as organisations
from sen.apps.packs import archives, interface
from sen.apps.packs.inheritance.kinds import read
from sen.kernel.configuration import settings
from sen.kernel.errors import Conflict, Forbidden, InvalidInput
from sen.kernel.scopes import Grant, Role, Scope

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def centre(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """The province, and a data folder of this test's own for packs and keys."""
    organisations.install_province("82", scope=SYSTEM)
    own = settings().model_copy(update={"data": tmp_path / "data"})
    for module in ("catalogue", "signing"):
        monkeypatch.setattr(f"sen.apps.packs.{module}.settings", lambda: own)
    interface.reload()
    yield
    interface.reload()


def province() -> organisations.UnitRef:
    return organisations.province()


def changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The archive with other entries."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {info.filename: archive.read(info) for info in archive.infolist()}
    change(entries)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_every_dashboard_of_the_packs_is_a_good_dashboard() -> None:
    kind = interface.template_kinds()["dashboard"]
    for code, file in interface.dashboards().items():
        _normal, faults = read(kind, file.content)
        assert not faults, (code, faults)
        assert 6 <= len(file.tiles) <= 14, code


def test_templates_are_made_once_renewed_by_a_new_pack_and_never_taken_from_the_province() -> None:
    unit = province().id
    made = interface.install_pack_templates(scope=SYSTEM, unit_id=unit)
    assert {one.made for one in made} == {"created"}
    for kind, there in (("dashboard", interface.dashboards()), ("sop", interface.sops()), ("rule", interface.rules())):
        assert {one.code for one in made if one.kind == kind} == set(there)
    assert {one.made for one in interface.install_pack_templates(scope=SYSTEM, unit_id=unit)} == {"unchanged"}
    commune = organisations.unit("28249").id
    assert "tong-quan-xa" in {offer.template.code for offer in interface.offers(SYSTEM, commune)}

    one = interface.template_by_code(SYSTEM, "dashboard", "giao-thong", unit)
    other = interface.template_by_code(SYSTEM, "dashboard", "thuy-van", unit)
    assert one and other
    detail = interface.template(SYSTEM, other.id)
    assert detail.draft is not None
    own = {"tiles": detail.draft["tiles"][:4]}
    interface.save_draft(scope=SYSTEM, template_id=other.id, content=own, revision=detail.revision)
    interface.publish(scope=SYSTEM, template_id=other.id, audience=interface.Audience("all"), note="bản của tỉnh")

    for pack in ("traffic", "hydromet"):
        archive = interface.export_pack(scope=SYSTEM, code=pack)
        interface.import_pack(scope=SYSTEM, data=newer(archive, pack), accept_unsigned="gói của chính tỉnh")
    again = {one.code: one for one in interface.install_pack_templates(scope=SYSTEM, unit_id=unit)}
    assert (again["giao-thong"].made, again["giao-thong"].version) == ("updated", 2)
    assert again["thuy-van"].made == "kept"
    assert "bản của mình" in again["thuy-van"].reason
    kept = interface.effective_one(SYSTEM, other.id, unit)
    assert len(kept.content["tiles"]) == 4


def newer(archive: bytes, pack: str) -> bytes:
    """The same pack as version 9.0.0 with another title in its dashboard, in an archive of its own."""
    read_ = archives.read(archive)
    files = dict(read_.files)
    head = files["pack.toml"].decode().replace(f'version = "{read_.manifest.version}"', 'version = "9.0.0"')
    [board] = [path for path in files if path.startswith("dashboards/")]
    text = files[board].decode()
    files |= {"pack.toml": head.encode(), board: text.replace('title = "', 'title = "Mới: ', 1).encode()}
    return archives.write(files, code=pack, version="9.0.0", name=read_.manifest.name)


def test_an_export_is_the_same_every_time_and_says_who_signed_it(tmp_path: Path) -> None:
    key = tmp_path / "khoa.pem"
    public = interface.make_key(key)
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict):
        interface.make_key(key)
    first = interface.export_pack(scope=SYSTEM, code="energy", key=key)
    assert first == interface.export_pack(scope=SYSTEM, code="energy", key=key)
    assert archives.read(first).signer == ""
    interface.trust("Tỉnh An Giang", public)
    found = archives.read(first)
    assert (found.signer, found.manifest.code) == ("Tỉnh An Giang", "energy")
    assert set(found.files) == set(found.manifest.files)


def test_a_province_hands_its_own_limits_and_dashboard_on(tmp_path: Path) -> None:
    unit = province().id
    interface.install_pack_templates(scope=SYSTEM, unit_id=unit, pack="agriculture")
    archive = interface.export_pack(scope=SYSTEM, code="agriculture", from_unit=unit)
    found = archives.read(archive)
    assert found.manifest.version == "1.0.1"
    interface.import_pack(scope=SYSTEM, data=archive, accept_unsigned="thử")
    assert interface.dashboards()["nong-nghiep"].audience == ["ward", "commune", "special_zone"]
    assert {one.made for one in interface.install_pack_templates(scope=SYSTEM, unit_id=unit, pack="agriculture")} <= {
        "unchanged",
        "updated",
    }


def test_an_import_is_refused_or_recorded_and_can_be_taken_back(tmp_path: Path) -> None:
    archive = newer(interface.export_pack(scope=SYSTEM, code="energy"), "energy")
    with pytest.raises(Forbidden) as refused:
        interface.import_pack(scope=SYSTEM, data=archive)
    assert refused.value.code == "untrusted_pack"
    shipped = next(pack.version for pack in interface.packs() if pack.code == "energy")

    made = interface.import_pack(scope=SYSTEM, data=archive, accept_unsigned="đã gọi điện xác minh")
    assert (made.pack.version, made.former, made.signer) == ("9.0.0", shipped, "")
    assert {pack.code: pack.version for pack in interface.packs()}["energy"] == "9.0.0"
    event = AuditEvent.objects.get(action="packs.import")
    assert json.loads(event.detail)["reason"] == "đã gọi điện xác minh"
    with pytest.raises(Conflict):
        interface.import_pack(scope=SYSTEM, data=archive, accept_unsigned="lần nữa")

    assert interface.can_go_back("energy")
    assert interface.go_back(scope=SYSTEM, code="energy").pack.version == shipped
    assert {pack.code: pack.version for pack in interface.packs()}["energy"] == shipped
    with pytest.raises(Conflict):
        interface.go_back(scope=SYSTEM, code="energy")


def test_only_the_province_s_administrator_installs() -> None:
    commune = organisations.unit("28249").id
    grant = Grant(Role.ADMINISTRATOR, frozenset([commune]))
    theirs = Scope(user_id=None, username="x", unit_ids=frozenset([commune]), grants=(grant,))
    archive = interface.export_pack(scope=SYSTEM, code="energy")
    with pytest.raises(Forbidden) as refused:
        interface.import_pack(scope=theirs, data=archive, accept_unsigned="thử")
    assert refused.value.code == "forbidden"


def test_a_pack_that_does_not_fit_the_others_changes_nothing() -> None:
    archive = interface.export_pack(scope=SYSTEM, code="environment")
    found = archives.read(archive)
    files = dict(found.files)
    files["properties.csv"] = b"\n".join(
        line for line in files["properties.csv"].splitlines() if not line.startswith(b"noise,")
    )
    files["pack.toml"] = files["pack.toml"].replace(found.manifest.version.encode(), b"9.0.0")
    broken = archives.write(files, code="environment", version="9.0.0", name="x")
    with pytest.raises(interface.InvalidPacks) as refused:
        interface.import_pack(scope=SYSTEM, data=broken, accept_unsigned="thử")
    assert any("noise" in problem.reason and problem.line for problem in refused.value.problems)
    assert {pack.code: pack.version for pack in interface.packs()}["environment"] == found.manifest.version
    assert not list(settings().data.glob("packs/*/pack.toml"))


def _bomb(entries: dict[str, bytes]) -> None:
    entries["energy/bomb.md"] = b"0" * (archives.MAX_UNPACKED_BYTES + 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda entries: entries.update({"energy/../evil.toml": b"x = 1"}), "tên tệp"),
        (lambda entries: entries.update({"../../evil.toml": b"x = 1"}), "tên tệp"),
        (lambda entries: entries.update({"/etc/evil.toml": b"x = 1"}), "tên tệp"),
        (lambda entries: entries.update({"energy/run.py": b"x = 1"}), "tên tệp"),
        (lambda entries: entries.update({"energy/.hidden/a.toml": b"x = 1"}), "tên tệp"),
        (lambda entries: entries.update({"energy/more.toml": b"x = 1"}), "mã băm"),
        (lambda entries: entries.update({"energy/limits.csv": b"x"}), "mã băm"),
        (lambda entries: entries.pop("energy/limits.csv"), "thiếu tệp"),
        (lambda entries: entries.pop("manifest.json"), "manifest"),
        (_bomb, "giải nén"),
    ],
)
def test_an_archive_that_was_meddled_with_is_refused(change: Callable[[dict[str, bytes]], None], reason: str) -> None:
    archive = changed(interface.export_pack(scope=SYSTEM, code="energy"), change)
    with pytest.raises(InvalidInput, match=reason):
        archives.read(archive)


def test_a_signature_holds_for_its_manifest_only(tmp_path: Path) -> None:
    key = tmp_path / "khoa.pem"
    interface.trust("Tỉnh bạn", interface.make_key(key))
    signed = interface.export_pack(scope=SYSTEM, code="energy", key=key)

    def other_version(entries: dict[str, bytes]) -> None:
        manifest = json.loads(entries["manifest.json"])
        entries["manifest.json"] = json.dumps(manifest | {"version": "9.0.0"}).encode()

    with pytest.raises(InvalidInput, match="chữ ký"):
        archives.read(changed(signed, other_version))
    for rubbish in (b"", b"PK", b"x" * 100):
        with pytest.raises(InvalidInput):
            archives.read(rubbish)
