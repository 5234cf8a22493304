"""Yearly programmes: made, filled by hand or from a table, given as tasks; the state of an item is that of its tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.directives import interface as directives
from sen.apps.directives.interface import NewDirective, NewTask, TaskFilter, TaskLine
from sen.apps.organisations import interface as organisations
from sen.apps.programme import policies, seeing
from sen.apps.programme.choices import ItemState
from sen.apps.programme.importing import Table, last_of
from sen.apps.programme.models import ImportBatch, Programme, ProgrammeItem
from sen.apps.programme.numbering import next_number
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput, NotFound
from sen.kernel.scopes import SYSTEM

ORIGIN = "programme"
FIRST_YEAR, LAST_YEAR = 2000, 2100
_SAID = frozenset({"", ItemState.DONE, ItemState.DROPPED, ItemState.GOING})
_TASKS_AT_ONCE = 200


class ItemIn(msgspec.Struct, frozen=True, kw_only=True):
    """An item as somebody writes it; `due` None: the last day of its month."""

    month: int
    words: str
    lead: UUID | None = None
    lead_words: str = ""
    cooperating: str = ""
    product: str = ""
    due: date | None = None


class ItemLine(msgspec.Struct, frozen=True):
    """An item with its state of today and the tasks that carry it."""

    item: ProgrammeItem
    state: str
    state_words: str
    tasks: tuple[TaskLine, ...]
    percent: int


@transaction.atomic
def create(
    *,
    scope: Scope,
    unit_id: UUID,
    year: int,
    title: str,
    symbol: str = "",
    issued: date | None = None,
    signer: str = "",
    simulated: bool = False,
) -> Programme:
    """A new programme of a unit. Raises Forbidden, InvalidInput."""
    require(scope, policies.KEEP, unit_id)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(_("Năm không hợp lệ."), action=_("Sửa năm."), fields={"year": _("Từ 2000 đến 2100.")})
    made = Programme.objects.create(
        number=next_number("CT", year), year=year, title=seeing.written(title, "title", least=5), unit_id=unit_id, symbol=symbol.strip()[:100],
        issued=issued, signer=signer.strip()[:150], simulated=simulated, made_at=clock.now(), made_by=seeing.person(scope),
    )  # fmt: skip
    seeing.record(scope, "create_programme", "programme", made.number, unit_id, title=made.title)
    return made


@transaction.atomic
def add_item(*, scope: Scope, number: str, new: ItemIn) -> ProgrammeItem:
    """Add an item to a programme. Raises NotFound, Forbidden, InvalidInput."""
    programme = seeing.programme_for(scope, number, keep=True)
    item = _store(programme, [new], None)[0]
    seeing.record(scope, "add_item", "programme", number, programme.unit_id, item=item.number)
    return item


@transaction.atomic
def change_item(
    *, scope: Scope, number: str, state: str | None = None, new: ItemIn | None = None, revision: int | None = None
) -> ProgrammeItem:
    """Change an item's words, or say its state by hand where it has no task. Raises NotFound, Forbidden, InvalidInput, Conflict."""
    item = _item(scope, number)
    seeing.must_be_as_seen(item, revision)
    if state is not None:
        if state not in _SAID:
            raise InvalidInput(_("Trạng thái không hợp lệ."), action=_("Chọn lại trạng thái."), fields={"state": ""})
        if directives.of_origin(SYSTEM, ORIGIN, item.number):
            raise Conflict(
                _("Trạng thái mục này lấy từ nhiệm vụ của nó."), action=_("Cập nhật nhiệm vụ."), code="state_from_tasks"
            )
        item.said_state = state
    if new is not None:
        fresh = _new(item.programme, new)
        for name in ("month", "words", "lead_id", "lead_words", "cooperating_words", "product", "due"):
            setattr(item, name, getattr(fresh, name))
    item.revision += 1
    item.save()
    seeing.record(scope, "change_item", "programme", item.programme.number, item.programme.unit_id, item=item.number)
    return item


@transaction.atomic
def take_table(*, scope: Scope, number: str, table: Table, name: str) -> ImportBatch:
    """Add the rows of a table; leads are matched to units by their names, others keep their words. Raises NotFound, Forbidden, InvalidInput."""
    programme = seeing.programme_for(scope, number, keep=True)
    if not table.rows:
        raise InvalidInput(_("Bảng không có dòng nào dùng được."), action=_("Sửa các dòng được nêu rồi nhập lại."))
    matched = directives.match_units([row.lead for row in table.rows if row.lead], programme.issued)
    batch = ImportBatch.objects.create(
        programme=programme, name=name[:200], made_at=clock.now(), made_by=seeing.person(scope)
    )
    items = []
    for row in table.rows:
        units = matched[row.lead].units if row.lead else ()
        lead = units[0].id if len(units) == 1 else None
        items.append(
            ItemIn(
                month=row.month, words=row.words, lead=lead, lead_words=row.lead, cooperating=row.cooperating,
                product=row.product, due=row.due,
            )
        )  # fmt: skip
    _store(programme, items, batch)
    seeing.record(scope, "import_items", "programme", number, programme.unit_id, items=len(items), file=batch.name)
    return batch


@transaction.atomic
def undo_table(*, scope: Scope, number: str, batch_id: UUID) -> int:
    """Take an import back; how many items went. Raises NotFound, Forbidden, Conflict where one of them is a task already."""
    programme = seeing.programme_for(scope, number, keep=True)
    batch = ImportBatch.objects.filter(pk=batch_id, programme=programme, undone_at=None).first()
    if batch is None:
        raise NotFound(_("Không tìm thấy lần nhập này."), action=_("Tải lại trang."))
    items = list(batch.items.all())
    given = tasks_by_reference({item.number for item in items})
    if given:
        raise Conflict(
            _("Đã giao nhiệm vụ từ {items}.").format(items=", ".join(sorted(given)[:3])), action=_("Hủy nhiệm vụ đó trước."),
            code="already_given",
        )  # fmt: skip
    batch.items.all().delete()
    batch.undone_at = clock.now()
    batch.save(update_fields=["undone_at"])
    seeing.record(scope, "undo_import", "programme", number, programme.unit_id, items=len(items))
    return len(items)


@transaction.atomic
def give(*, scope: Scope, number: str, items: Collection[str]) -> list[str]:
    """Give chosen items as tasks to the units that lead them; the tasks' numbers. An item that was given before is not given again.

    Raises NotFound, Forbidden (also where the caller may not assign in the programme's unit), InvalidInput where an item has no unit.
    """
    programme = seeing.programme_for(scope, number, keep=True)
    chosen = list(programme.items.filter(number__in=list(items)))
    without = [item.number for item in chosen if item.lead_id is None]
    if without or not chosen:
        raise InvalidInput(
            _("Chưa rõ đơn vị chủ trì của {items}.").format(items=", ".join(without[:5])) if without else _("Chưa chọn mục nào."),
            action=_("Chọn đơn vị chủ trì cho từng mục rồi giao."),
        )  # fmt: skip
    found: list[str] = []
    for item in chosen:
        made = directives.add_tasks(
            scope=scope,
            directive=NewDirective(
                title=_("{title}, mục {number}").format(title=programme.title[:400], number=item.number), number=programme.symbol,
                issued=programme.issued, signer=programme.signer, origin=ORIGIN, origin_reference=item.number,
                unit_id=programme.unit_id, key=f"programme:{item.number}", simulated=programme.simulated,
            ),
            tasks=[
                NewTask(
                    words=item.words, leads=(item.lead_id,) if item.lead_id else (), cooperating_words=item.cooperating_words, deadline=item.due,
                    deadline_words=_("Tháng {month}").format(month=item.month),
                )
            ],
        )  # fmt: skip
        found += made.tasks
    seeing.record(scope, "give_items", "programme", number, programme.unit_id, tasks=found)
    return found


def lines(programme: Programme, day: date | None = None) -> list[ItemLine]:
    """The items of a programme with their state on a day (today), in order."""
    today = day or clock.local(clock.now()).date()
    items = list(programme.items.select_related("lead"))
    tasks = tasks_by_reference({item.number for item in items})
    found = []
    for item in items:
        mine = tuple(tasks.get(item.number, ()))
        state = state_of(item, mine, today)
        percent = 100 if state in (ItemState.DONE, ItemState.DONE_LATE) else round(_mean(one.percent for one in mine))
        found.append(ItemLine(item, state, str(ItemState(state).label), mine, percent))
    return found


def state_of(item: ProgrammeItem, tasks: Collection[TaskLine], today: date) -> str:
    """The state of an item: the worst of its tasks, else what was said by hand, else planned or late by its day."""
    live = [one for one in tasks if one.timeliness]
    if live:
        kinds = {one.timeliness for one in live}
        if "overdue" in kinds:
            return ItemState.LATE
        if kinds <= {"done_on_time", "done_late"}:
            return ItemState.DONE_LATE if "done_late" in kinds else ItemState.DONE
        return ItemState.GOING
    if item.said_state:
        return item.said_state
    return ItemState.LATE if item.due is not None and item.due < today else ItemState.PLANNED


def tasks_by_reference(references: Collection[str], origin: str = ORIGIN) -> dict[str, list[TaskLine]]:
    """The tasks of things by their numbers. Read for the system: the state of an item is seen by whoever sees the programme."""
    found: dict[str, list[TaskLine]] = {}
    if not references:
        return found
    wanted = set(references)
    cursor: str | None = None
    while True:
        page = directives.tasks(SYSTEM, TaskFilter(origin=origin, with_gone=True), cursor, _TASKS_AT_ONCE)
        for task in page.items:
            if task.directive.origin_reference in wanted:
                found.setdefault(task.directive.origin_reference, []).append(task)
        if page.next is None:
            return found
        cursor = page.next


def _mean(values: Iterable[int]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0


def _item(scope: Scope, number: str) -> ProgrammeItem:
    found = ProgrammeItem.objects.select_related("programme").filter(number=number[:30]).first()
    if found is None:
        raise NotFound(_("Không tìm thấy mục này."), action=_("Tải lại trang."))
    seeing.programme_for(scope, found.programme.number, keep=True)
    return found


def _new(programme: Programme, new: ItemIn) -> ProgrammeItem:
    if not 1 <= new.month <= 12:
        raise InvalidInput(_("Tháng từ 1 đến 12."), action=_("Sửa tháng."), fields={"month": _("Từ 1 đến 12.")})
    if new.lead is not None:
        organisations.unit_by_id(new.lead)
    return ProgrammeItem(
        programme=programme, month=new.month, words=seeing.written(new.words, "words", least=5, longest=2000), lead_id=new.lead,
        lead_words=new.lead_words.strip()[:300], cooperating_words=new.cooperating.strip()[:1000], product=new.product.strip()[:500],
        due=new.due or last_of(programme.year, new.month),
    )  # fmt: skip


def _store(programme: Programme, items: Collection[ItemIn], batch: ImportBatch | None) -> list[ProgrammeItem]:
    """Items get the next numbers of their programme; numbers of items that went are not given again."""
    held = programme.items.order_by("-number").values_list("number", flat=True).first()
    last = int(held.rpartition("/")[2]) if held else 0
    made = []
    for number, new in enumerate(items, last + 1):
        item = _new(programme, new)
        item.number, item.batch = f"{programme.number}/{number:03d}", batch
        made.append(item)
    return ProgrammeItem.objects.bulk_create(made)
