"""Packs that come from elsewhere: checked beside the installed ones, recorded, put in place at once, and taken back as easily."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.audit import interface as audit
from sen.apps.organisations import interface as organisations
from sen.apps.packs import archives, catalogue, policies
from sen.apps.packs.loader import InvalidPacks, read_packs
from sen.apps.packs.schema_pack import PackFile
from sen.kernel.errors import Conflict, Forbidden, InvalidInput
from sen.kernel.identifiers import uuid7
from sen.kernel.scopes import Scope, require

FORMER, INCOMING = ".former", ".incoming"


class Arrival(msgspec.Struct, frozen=True):
    """What was installed: `former` is the version that it replaced, `signer` the trusted name; both may be empty."""

    pack: PackFile
    former: str
    signer: str


def import_pack(*, scope: Scope, data: bytes, accept_unsigned: str = "") -> Arrival:
    """Install the pack in an archive into DATA/packs. Every process of the centre reads it within seconds.

    A pack that nobody trusted signed is refused (Forbidden, `untrusted_pack`) unless `accept_unsigned` says why not; the
    reason is recorded. Raises InvalidInput, InvalidPacks with every problem, Conflict where the same version is installed.
    """
    require(scope, policies.INSTALL, organisations.province().id)
    catalogue.catalogue()  # what is installed now must be readable before anything is put beside it
    archive = archives.read(data)
    reason = accept_unsigned.strip()
    if not archive.signer and not reason:
        raise _untrusted(archive.public_key)
    code = archive.manifest.code
    staged = catalogue.own_folder() / INCOMING / str(uuid7()) / code
    try:
        archives.unpack(archive, staged)
        pack, problems = catalogue.read_with(staged)
        if problems or pack is None:
            raise InvalidPacks(problems)
        former = catalogue.catalogue().by_code.get(code)
        was = former.info.version if former else ""
        if pack.info.version != archive.manifest.version:
            raise InvalidInput(_("Phiên bản trong manifest khác phiên bản trong pack.toml."))
        if was == pack.info.version:
            raise Conflict(
                _("Phiên bản {version} của gói “{code}” đã được cài.").format(version=was, code=code),
                action=_("Tăng phiên bản của gói rồi xuất lại."),
            )
        with transaction.atomic():
            _record(scope, "import", code, version=pack.info.version, former=was, signer=archive.signer,
                    public_key=archive.public_key, reason=reason)  # fmt: skip
            _put(staged, catalogue.own_folder() / code)
    finally:
        shutil.rmtree(staged.parent, ignore_errors=True)
    catalogue.tell_others()
    return Arrival(pack.info, was, archive.signer)


def go_back(*, scope: Scope, code: str) -> Arrival:
    """Take the last import of a pack back: the copy before it, or the pack that came with Sen.

    Raises Conflict where there is nothing to go back to, or where the others could not be used with the former one.
    """
    require(scope, policies.INSTALL, organisations.province().id)
    own = catalogue.own_folder() / code
    kept = _kept(code)
    if not own.is_dir() or not (kept or (catalogue.shipped_folder() / code).is_dir()):
        raise Conflict(
            _("Gói “{code}” không có bản trước để quay lại.").format(code=code), action=_("Xem các gói đã cài.")
        )
    former = kept[-1] if kept else catalogue.shipped_folder() / code
    others = [folder for folder in catalogue.folders() if folder.name != code]
    packs, problems = read_packs([*others, former / code if kept else former])
    if problems:
        raise Conflict(
            _("Không quay lại được: gói khác cần bản đang dùng. {problems}").format(
                problems="; ".join(str(problem) for problem in problems[:5])
            ),
            action=_("Quay lại các gói đó trước."),
        )
    info = next(pack.info for pack in packs if pack.info.code == code)
    known = catalogue.catalogue().by_code.get(code)
    was = known.info.version if known else ""
    with transaction.atomic():
        _record(scope, "import_back", code, version=info.version, former=was)
        gone = catalogue.own_folder() / INCOMING / str(uuid7())
        gone.parent.mkdir(parents=True, exist_ok=True)
        own.rename(gone)
        if kept:
            (former / code).rename(own)
            former.rmdir()
    shutil.rmtree(gone, ignore_errors=True)
    catalogue.tell_others()
    return Arrival(info, was, "")


def can_go_back(code: str) -> bool:
    """Whether an import of this pack can be taken back."""
    own = catalogue.own_folder() / code
    return own.is_dir() and (bool(_kept(code)) or (catalogue.shipped_folder() / code).is_dir())


def _put(staged: Path, place: Path) -> None:
    """The staged folder in place of the present one, which is kept; two renames, no moment with half a pack."""
    if place.is_dir():
        kept = place.parent / FORMER / place.name / str(uuid7())
        kept.mkdir(parents=True)
        place.rename(kept / place.name)
    staged.rename(place)


def _kept(code: str) -> list[Path]:
    """Former copies of a pack, the newest last: their folders' names are ordered by time."""
    return sorted((catalogue.own_folder() / FORMER / code).glob("*/"))


def _untrusted(public_key: str) -> Forbidden:
    return Forbidden(
        _("Gói do khóa lạ ký ({key}).").format(key=public_key) if public_key else _("Gói chưa được ký."),
        action=_("Xác minh nơi phát hành rồi thêm khóa bằng ./sen packs trust, hoặc nhập kèm lý do chấp nhận."),
        code="untrusted_pack",
    )


def _record(scope: Scope, action: str, code: str, **detail: str) -> None:
    audit.record(
        scope=scope, action=f"packs.{action}", object_type="pack", object_id=code,
        detail={name: value for name, value in detail.items() if value},
    )  # fmt: skip
