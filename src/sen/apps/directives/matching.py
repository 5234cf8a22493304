"""Finds the units that a document names: by their names of today, by older names and merged units of its day, and groups of units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from django.utils.translation import gettext as _

from sen.apps.directives.extraction import lexicon
from sen.apps.directives.values import UnitName
from sen.apps.organisations import interface as organisations
from sen.kernel import clock
from sen.kernel.text import folded

BEFORE_TWO_TIERS = date(2025, 7, 1) - timedelta(days=1)
_LEADING = re.compile(
    r"^(?:cac |toan the )?(?:dong chi |ong |ba )?(?:chu tich |giam doc |thu truong |lanh dao |chanh van phong |truong ban |pho [a-z ]+? )*"
)
_COMMITTEE = re.compile(r"^(?:uy ban nhan dan|ubnd|dang uy|hdnd va ubnd) ")
_TOWN = re.compile(r" (?:tinh|thanh pho|tp)(?: .*)?$")
_DEPARTMENTS = re.compile(r"\b(?:so|ban|nganh)\b.*\b(?:ban|nganh|tinh|so)\b|^(?:cac )?(?:so|co quan chuyen mon)\b")
_COMMUNES = re.compile(r"\b(?:xa|phuong|dac khu|dia phuong|cap xa)\b")
_FORMER_DISTRICTS = re.compile(r"\b(?:huyen|thi xa|thanh pho|quan)\b")


class Match(msgspec.Struct, frozen=True):
    """What a name in a document stands for. `how`: exact, former (renamed or merged since), group, or "" where nothing fits.

    `units` are those to be proposed; of a group all of them. `note` says in words what was done.
    """

    name: str
    how: str
    units: tuple[UnitName, ...]
    note: str = ""


class Register:
    """The units by the names that documents use; read once for a document."""

    def __init__(self, issued: date | None) -> None:
        today = clock.local(clock.now()).date()
        standing = organisations.units_on(today)
        self.departments = [_name(one) for one in standing.values() if one.level == "department"]
        self.communes = [_name(one) for one in standing.values() if one.level == "commune"]
        self._province = next((_name(one) for one in standing.values() if one.level == "province"), None)
        self._now: dict[str, UnitName] = {}
        for one in standing.values():
            for key in _keys(one.name):
                self._now.setdefault(key, _name(one))
        self._before: dict[str, UnitName] = {}
        if issued is None or issued <= BEFORE_TWO_TIERS or issued < today:
            self._read_former(min(issued or BEFORE_TWO_TIERS, BEFORE_TWO_TIERS), self.communes)

    def _read_former(self, day: date, communes: Sequence[UnitName]) -> None:
        """Communes that stood before July 2025 under the unit that most of them went over into."""
        old = organisations.units_on(day)
        by_id = {one.id: one for one in old.values() if one.level in ("commune", "district")}
        for commune in organisations.lineages([one.id for one in communes]).values():
            heir = next((one for one in communes if one.id == commune.unit_id), None)
            for before in commune.before:
                if heir is not None and before in by_id:
                    for key in _keys(by_id[before].name):
                        self._before.setdefault(key, heir)

    def match(self, name: str) -> Match:
        """The units behind a name."""
        key = _plain(name)
        if found := self._now.get(key):
            return Match(name, "exact", (found,))
        if (now := lexicon.name_now(name)) and (found := self._now.get(_plain(now))):
            return Match(name, "former", (found,), _("{old} nay là {new}.").format(old=name, new=found.name))
        if group := self._group(name, key):
            return group
        if found := self._before.get(key):
            return Match(name, "former", (found,), _("{old} nay thuộc {new}.").format(old=name, new=found.name))
        begins = {one.id: one for short, one in self._now.items() if len(key) > 8 and short.startswith(f"{key} ")}
        if len(begins) == 1:
            return Match(name, "exact", tuple(begins.values()))
        return Match(name, "", (), _("Không tìm thấy “{name}” trong cây đơn vị. Chọn đơn vị.").format(name=name))

    def _group(self, name: str, key: str) -> Match | None:
        """ "các sở, ban, ngành", "UBND các xã, phường", "các sở, ngành tỉnh và UBND các huyện, thành phố"."""
        plain = re.sub(r"[\W_]+", " ", folded(name)).strip()
        several = (
            plain.startswith(("cac ", "so ban nganh", "so nganh"))
            or " cac " in plain
            or key in ("xa phuong", "xa phuong dac khu")
        )
        if not several:
            return None
        units: list[UnitName] = []
        if _DEPARTMENTS.search(plain):
            units += self.departments
        if _COMMUNES.search(plain) or _FORMER_DISTRICTS.search(plain):
            units += self.communes
        if not units:
            return None
        note = _("“{name}” được hiểu là {n} đơn vị; bỏ bớt đơn vị không liên quan.").format(name=name, n=len(units))
        return Match(name, "group", tuple(units), note)


def _name(one: organisations.UnitRef) -> UnitName:
    return UnitName(one.id, one.code, one.name)


def _plain(name: str) -> str:
    """A name without marks, titles and the words around it."""
    text = re.sub(r"[\W_]+", " ", folded(name)).strip()
    text = _LEADING.sub("", text)
    text = _COMMITTEE.sub("", text)
    return (
        _TOWN.sub("", text)
        if not text.startswith(("tinh", "thanh pho", "cong an", "thanh tra", "bo chi huy", "van phong"))
        else text
    )


def _keys(name: str) -> set[str]:
    """Every way in which a unit of this name is called."""
    plain = _plain(name)
    keys = {plain, _TOWN.sub("", plain)}
    if plain.startswith("van phong uy ban nhan dan"):
        keys |= {"van phong ubnd", "van phong ubnd tinh", "van phong uy ban nhan dan"}
    if plain.startswith("bo chi huy quan su"):
        keys |= {"bo chqs", "bo chqs tinh", "bo chi huy quan su"}
    if plain.startswith("ban quan ly cac khu cong nghiep"):
        keys |= {"ban quan ly khu cong nghiep", "ban quan ly khu kinh te va cac khu cong nghiep", "ban quan ly cac kcn"}
    return {key for key in keys if key}
