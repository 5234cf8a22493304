"""When digests are made and for whom: on demand, and by the schedule of each unit, once a week whatever happens to the process."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sen.apps.access.interface import Scope, require
from sen.apps.files import interface as files
from sen.apps.notifications import interface as notifications
from sen.apps.notifications.interface import Recipients
from sen.apps.organisations import interface as organisations
from sen.apps.programme import papers, policies, seeing
from sen.apps.programme.digest import content, word
from sen.apps.programme.models import Digest, DigestSchedule
from sen.kernel import clock
from sen.kernel.errors import InvalidInput
from sen.kernel.scopes import SYSTEM, Role

DEFAULT_WEEKDAY, DEFAULT_HOUR = 4, 15
_TOLD = (Role.LEADER, Role.DUTY_OFFICER)


def schedule_of(unit_id: UUID) -> DigestSchedule:
    """The schedule of a unit; one that is not stored and not active where it has none."""
    found = DigestSchedule.objects.filter(unit_id=unit_id).first()
    if found is not None:
        return found
    unit = organisations.unit_by_id(unit_id)
    return DigestSchedule(unit_id=unit_id, active=False, agency="", department=unit.name, changed_at=clock.now())


@transaction.atomic
def set_schedule(
    *,
    scope: Scope,
    unit_id: UUID,
    weekday: int,
    hour: int,
    active: bool,
    agency: str = "",
    department: str = "",
    symbol: str = "",
    place: str = "",
    signer_title: str = "",
    signer: str = "",
) -> DigestSchedule:
    """Say when a unit gets its digest, and what stands at its head and foot. Raises Forbidden, NotFound, InvalidInput."""
    require(scope, policies.DIGEST, unit_id)
    if not 0 <= weekday <= 6 or not 0 <= hour <= 23:
        raise InvalidInput(
            _("Thứ hoặc giờ không hợp lệ."), action=_("Chọn lại thứ và giờ."), fields={"hour": _("Từ 0 đến 23.")}
        )
    organisations.unit_by_id(unit_id)
    row, _made = DigestSchedule.objects.update_or_create(
        unit_id=unit_id,
        defaults={
            "weekday": weekday, "hour": hour, "active": active, "agency": agency.strip()[:150], "department": department.strip()[:150],
            "symbol": symbol.strip()[:40] or "BC-VP", "place": place.strip()[:60], "signer_title": signer_title.strip()[:100],
            "signer": signer.strip()[:100], "changed_at": clock.now(), "changed_by": seeing.person(scope),
        },
    )  # fmt: skip
    seeing.record(
        scope, "set_digest_schedule", "digest_schedule", str(row.pk), unit_id, weekday=weekday, hour=hour, active=active
    )
    return row


def make(*, scope: Scope, unit_id: UUID, week: date | None = None) -> Digest:
    """Make the digest of a unit now, for the week of a day (this one). Raises Forbidden, NotFound, InvalidInput for a week to come."""
    require(scope, policies.DIGEST, unit_id)
    now = clock.now()
    first = content.monday(week or clock.local(now).date())
    if first > clock.local(now).date():
        raise InvalidInput(
            _("Tuần này chưa đến."), action=_("Chọn tuần này hoặc tuần trước."), fields={"week": _("Chọn tuần khác.")}
        )
    return _make(scope, unit_id, first, now, scheduled=False)


def run_due(now: datetime) -> int:
    """Make every scheduled digest whose moment has come; how many it was. Each unit and week once, also after a kill."""
    made = 0
    today = clock.local(now).date()
    for row in DigestSchedule.objects.filter(active=True):
        week = content.monday(today)
        if now < due_at(row, week) or Digest.objects.filter(unit_id=row.unit_id, week=week, scheduled=True).exists():
            continue
        try:
            _make(SYSTEM, row.unit_id, week, now, scheduled=True)
            made += 1
        except IntegrityError:
            continue  # another process made it meanwhile
    return made


def due_at(row: DigestSchedule, week: date) -> datetime:
    """The moment in the week of a Monday; where that is a day of rest, the working day before it in the same week, else the next."""
    calendar = organisations.working_calendar_of(row.unit_id)
    day = week + timedelta(days=row.weekday)
    earlier = (day - timedelta(days=back) for back in range(row.weekday + 1))
    chosen = next((one for one in earlier if calendar.is_working_day(one)), None) or calendar.add_days(day, 1)
    return datetime.combine(chosen, time(row.hour), clock.VIETNAM)


def digests(scope: Scope, unit_id: UUID | None = None, limit: int = 30) -> list[Digest]:
    """The digests of the caller's units, the newest first."""
    require(scope, policies.VIEW)
    found = Digest.objects.select_related("unit")
    if unit_id is not None:
        found = found.filter(unit_id=unit_id)
    if not scope.everything:
        found = found.filter(unit_id__in=scope.unit_ids)
    return list(found[:limit])


def _make(scope: Scope, unit_id: UUID, week: date, now: datetime, *, scheduled: bool) -> Digest:
    """Figures, Word, file, record and notices; all of it or nothing. Official documents are in Vietnamese whoever asks."""
    with translation.override("vi"), transaction.atomic():
        figures = content.collect(unit_id, week, now)
        document = word.report(figures, schedule_of(unit_id))
        number = week.isocalendar()
        name = f"bao-cao-tuan-{number.week:02d}-{number.year}.docx"
        kept = files.keep(
            scope=scope, content=document, name=name, unit_id=unit_id, about=papers.about(papers.DIGEST, unit_id)
        )
        made = Digest.objects.create(
            unit_id=unit_id, week=week, scheduled=scheduled, file_id=kept.id, name=name, simulated=figures.simulated, made_at=now,
            made_by=seeing.person(scope),
            totals={"total": figures.counts.total, "overdue": figures.counts.overdue, "next_week": sum(one.next_week for one in figures.units)},
        )  # fmt: skip
        _tell(made, figures)
        seeing.record(scope, "make_digest", "digest", str(made.pk), unit_id, week=str(week), file=str(kept.id))
    return made


def _tell(made: Digest, figures: content.Content) -> None:
    """The leaders and the desk of the unit; each digest once."""
    held = organisations.members_by_unit([made.unit_id]).get(made.unit_id, {})
    present = {role for roles in held.values() for role in roles}
    to = Recipients(unit_roles=tuple((made.unit_id, str(role)) for role in _TOLD if role in present))
    if not to.unit_roles:
        return
    notifications.notify(
        key=f"digest:{made.pk}", to=to, title=_("Báo cáo tuần {number}: {overdue} nhiệm vụ quá hạn").format(
            number=made.week.isocalendar().week, overdue=figures.counts.overdue
        ),
        body=_("{total} nhiệm vụ; tuần tới đến hạn {n}. Mở để tải báo cáo Word.").format(
            total=figures.counts.total, n=sum(one.next_week for one in figures.units)
        ),
        url="/programme/digests/", severity="info", about=f"digest:{made.pk}",
    )  # fmt: skip
