"""What only shows when all packs lie side by side: missing packs, codes used twice, names that nobody has, formulas in a circle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sen.apps.packs.known_elsewhere import is_known
from sen.apps.packs.measured_codes import MEASURE_FUNCTIONS, is_measured, measure_of
from sen.apps.packs.schema import Limit, Problem, Property
from sen.apps.packs.schema_pack import Pack, Place
from sen.apps.packs.schema_rules import IndexReaches, Rule, condition_leaves, condition_properties
from sen.apps.packs.schema_sheets import EntrySheet
from sen.kernel import formula


def check_together(packs: list[Pack], symbol_key: Callable[[str], str]) -> list[Problem]:
    """Every problem between the packs; `symbol_key` folds the symbols of devices."""
    known = {code: prop for pack in packs for code, prop in pack.properties.items()}
    return [
        *_missing_packs(packs),
        *_twice(packs),
        *_symbols(packs, symbol_key),
        *_limit_problems(packs, known),
        *(problem for pack in packs for problem in _References(pack, packs).problems()),
        *_circles(packs),
    ]


def _missing_packs(packs: list[Pack]) -> Iterator[Problem]:
    codes = {pack.info.code for pack in packs}
    for pack in packs:
        for needed in pack.info.requires:
            if needed not in codes:
                yield Problem(f"{pack.info.code}/pack.toml", 0, f"needs the pack {needed!r}, which is missing")


def _things(pack: Pack) -> Iterator[tuple[str, Iterable[str]]]:
    yield "property", pack.properties
    yield "asset kind", pack.asset_kinds
    yield "index", pack.indices
    yield "indicator", pack.indicators
    yield "rule", pack.rules
    yield "procedure", pack.sops
    yield "form", pack.forms
    yield "entry sheet", pack.sheets
    yield "dashboard", pack.dashboards
    yield "limit set", pack.limit_sets


def _twice(packs: list[Pack]) -> Iterator[Problem]:
    first: dict[tuple[str, str], Pack] = {}
    for pack in packs:
        for what, codes in _things(pack):
            for code in codes:
                if first.setdefault((what, code), pack) is not pack:
                    yield Problem(*pack.place(what, code), f"two versions of {what} {code!r} in two packs")


def _symbols(packs: list[Pack], symbol_key: Callable[[str], str]) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for pack in packs:
        for code, prop in pack.properties.items():
            for key in sorted({symbol_key(symbol) for symbol in (code, *prop.aliases)} - {""}):
                if owner.setdefault(key, code) != code:
                    place = pack.place("property", code)
                    yield Problem(*place, f"symbol {key!r} of {code!r} already means {owner[key]!r}")


def _limit_problems(packs: list[Pack], known: dict[str, Property]) -> Iterator[Problem]:
    seen: dict[tuple[Any, ...], list[Limit]] = {}
    placed = [row for pack in packs for row in zip(pack.limits, pack.limit_lines, strict=True)]
    for limit, (file, line) in placed:
        prop = known.get(limit.property)
        if prop is None:
            yield Problem(file, line, f"unknown property {limit.property!r}")
        elif prop.unit != limit.unit:
            yield Problem(file, line, f"unit {limit.unit!r} is not the unit {prop.unit!r} of {limit.property!r}")
        if limit.minimum is None and limit.maximum is None:
            yield Problem(file, line, "neither minimum nor maximum")
        if limit.valid_to is not None and limit.valid_to <= limit.valid_from:
            yield Problem(file, line, f"ends on {limit.valid_to} before it starts on {limit.valid_from}")
        # Several levels of one standard may hold at once (alarm levels, severities); one level may not.
        level = (limit.standard, limit.property, limit.averaging, limit.water_class, limit.station, limit.severity)
        others = seen.setdefault(level, [])
        if any(other.holds_on(limit.valid_from) or limit.holds_on(other.valid_from) for other in others):
            yield Problem(file, line, f"validity overlaps with another row of {limit.standard} for {limit.property!r}")
        others.append(limit)


class _References:
    """The names that one pack uses, looked up in the packs that it has and needs."""

    def __init__(self, pack: Pack, packs: list[Pack]) -> None:
        self.pack = pack
        by_code = {other.info.code: other for other in packs}
        self.near = {pack.info.code: pack}
        waiting = [pack]
        while waiting:
            for code in waiting.pop().info.requires:
                if code in by_code and code not in self.near:
                    self.near[code] = by_code[code]
                    waiting.append(by_code[code])
        self.all = packs

    def problems(self) -> Iterator[Problem]:
        """Every name that leads nowhere."""
        pack = self.pack
        for code, kind in pack.asset_kinds.items():
            place = pack.place("asset kind", code)
            yield from self._unknown("property", kind.properties, place, f"asset kind {code!r}")
            yield from self._unknown("index", [kind.index] if kind.index else [], place, f"asset kind {code!r}")
        head = pack.place("module", "")
        if pack.info.module is not None:
            yield from self._unknown("asset kind", pack.info.module.asset_kinds, head, "the module")
            yield from self._unknown("procedure", pack.info.module.sops, head, "the module")
        for code, one in pack.indicators.items():
            place, names = pack.place("indicator", code), {one.weight} - {""}
            if one.formula:
                try:
                    names |= formula.parse(one.formula).names
                except formula.FormulaError:
                    continue  # said where it was read
            yield from self._unknown("indicator", sorted(names), place, f"indicator {code!r}")
        for code, rule in pack.rules.items():
            yield from self._rule(rule, pack.place("rule", code))
        for code, sop in pack.sops.items():
            wanted = [step.form for step in sop.steps if step.form]
            yield from self._unknown("form", wanted, pack.place("procedure", code), f"procedure {code!r}")
        for code, dashboard in pack.dashboards.items():
            for tile in dashboard.tiles:
                where = f"tile {tile.get('code')!r} of dashboard {code!r}"
                yield from self._tile(tile, pack.place("tile", f"{code}/{tile.get('code')}"), where)
        for code, sheet in pack.sheets.items():
            yield from self._sheet(sheet, pack.place("entry sheet", code))
        for code, limits in pack.limit_sets.items():
            wanted = [str(row.get("property")) for row in limits.rows]
            yield from self._unknown("property", wanted, pack.place("limit set", code), f"limit set {code!r}")

    def _sheet(self, sheet: EntrySheet, place: Place) -> Iterator[Problem]:
        """Every row is an indicator that is entered, of the sheet's own period."""
        where = f"sheet {sheet.code!r}"
        yield from self._unknown("indicator", [row.code for row in sheet.rows], place, where)
        for row in sheet.rows:
            known = next(
                (pack.indicators[row.code] for pack in self.near.values() if row.code in pack.indicators), None
            )
            if known is not None and known.formula:
                yield Problem(
                    *place, f"indicator {row.code!r} in {where} is computed; a sheet asks for what is entered"
                )
            if known is not None and known.period != sheet.period:
                yield Problem(
                    *place, f"indicator {row.code!r} in {where} has the period {known.period}, not {sheet.period}"
                )

    def _rule(self, rule: Rule, place: Place) -> Iterator[Problem]:
        where = f"rule {rule.code!r}"
        yield from self._unknown("procedure", [rule.procedure], place, where)
        for leaf in condition_leaves(rule.when):
            yield from self._unknown("property", sorted(condition_properties(leaf)), place, where)
            kind = getattr(leaf, "asset_kind", "")
            yield from self._unknown("asset kind", [kind] if kind else [], place, where)
            if isinstance(leaf, IndexReaches):
                yield from self._index(leaf, place, where)

    def _index(self, leaf: IndexReaches, place: Place, where: str) -> Iterator[Problem]:
        yield from self._unknown("index", [leaf.index], place, where)
        table = next((pack.indices[leaf.index] for pack in self.near.values() if leaf.index in pack.indices), None)
        if table is not None and leaf.category not in {one.code for one in table.categories}:
            yield Problem(*place, f"unknown category {leaf.category!r} of {leaf.index} in {where}")

    def _tile(self, tile: dict[str, Any], place: Place, where: str) -> Iterator[Problem]:
        settings = tile.get("settings", {})
        if not isinstance(settings, dict):
            return
        codes = _texts(settings.get("code")) if tile.get("kind") == "indicator" else []
        measures = [measure_of(code) for code in codes if is_measured(code)]
        for _symbol, function in measures:
            if function not in MEASURE_FUNCTIONS:
                yield Problem(*place, f"unknown function {function!r} of a measure in {where}")
        wanted = {
            "property": [*_texts(settings.get("property")), *(symbol for symbol, _function in measures)],
            "asset kind": _texts(settings.get("asset_kind")) + _texts(settings.get("kinds")),
            "index": _texts(settings.get("name")) if tile.get("kind") == "index" else [],
            "indicator": [code for code in codes if not is_measured(code)],
        }
        wanted["property"] += [one.rpartition("/")[2] for one in _texts(settings.get("series"))]
        for what, names in wanted.items():
            yield from self._unknown(what, names, place, where)

    def _unknown(self, what: str, names: Iterable[str], place: Place, where: str) -> Iterator[Problem]:
        for name in names:
            if self._has(self.near.values(), what, name) or is_known(what, name):
                continue
            owner = next((other.info.code for other in self.all if self._has([other], what, name)), "")
            reason = f"unknown {what} {name!r} in {where}"
            if owner:
                reason = f"{what} {name!r} in {where} belongs to the pack {owner!r}, which is not in requires"
            yield Problem(*place, reason)

    @staticmethod
    def _has(packs: Iterable[Pack], what: str, name: str) -> bool:
        return any(name in codes for pack in packs for kind, codes in _things(pack) if kind == what)


def _texts(value: Any) -> list[str]:
    """A name or a list of names, as settings write them."""
    if isinstance(value, str):
        return [value] if value else []
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _circles(packs: list[Pack]) -> Iterator[Problem]:
    """Formulas that need each other, across packs; each circle is said once, where its first indicator stands."""
    formulas: dict[str, formula.Formula] = {}
    owner: dict[str, Pack] = {}
    for pack in packs:
        for code, one in pack.indicators.items():
            if one.formula:
                try:
                    formulas[code], owner[code] = formula.parse(one.formula), pack
                except formula.FormulaError:
                    continue
    while found := formula.cycle(formulas):
        place = owner[found[0]].place("indicator", found[0])
        yield Problem(*place, f"cyclic formula: {' → '.join(found)}")
        for code in found:
            formulas.pop(code, None)
