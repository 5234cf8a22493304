"""Pages of sources: the connection desk, one source, a new source. Devices and dead letters are in pages_inbox.py."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sen.apps.access.interface import Scope
from sen.apps.assets import interface as assets
from sen.apps.organisations import interface as organisations
from sen.apps.packs import interface as packs
from sen.apps.sources import desk, policies, queries, reminders, services, uploads
from sen.apps.sources.league import league_table
from sen.apps.sources.models import Source, State, Upload
from sen.apps.sources.pages_inbox import dead_letter, dead_letter_action, dead_letters, proposal_action, proposals
from sen.apps.sources.setup_help import settings_fields, settings_from, steps_for
from sen.connector_sdk import registry
from sen.kernel import clock
from sen.kernel.errors import InvalidInput, NotFound, SenError

__all__ = [
    "connections", "connections_csv", "dead_letter", "dead_letter_action", "dead_letters", "found", "new_source", "overview",
    "proposal_action", "proposals", "remind", "source_action", "source_page", "sources_of", "undo_reminder",
]  # fmt: skip


def _scope(request: HttpRequest) -> Scope:
    scope: Scope = request.scope_of_user  # type: ignore[attr-defined]
    return scope


# -- the connection desk


@require_GET
def connections(request: HttpRequest) -> HttpResponse:
    """Planned, connected, healthy, late, lost; by unit; last error with the next step."""
    scope = _scope(request)
    rows = desk.desk_rows(scope, request.GET)
    counts = queries.counts_by_state(scope)
    total = sum(counts.values())
    league = league_table(scope)
    most = max((row.total for row in league), default=1)
    context = {
        "section": "data", "rows": rows, "care": sum(row.needs_care for row in rows), "counts": counts, "total": total,
        "connected": total - counts[State.PLANNED], "share": (total - counts[State.PLANNED]) / total * 100 if total else 0.0,
        "parts": [("ok", counts[State.CONNECTED]), ("late", counts[State.LATE]), ("lost", counts[State.LOST]), ("plan", counts[State.PLANNED] + counts[State.STOPPED])],
        "league": [(row, [("ok", row.connected), ("late", row.late), ("lost", row.lost), ("plan", row.planned + row.stopped)], row.total / most * 100) for row in league],
        "open_letters": sum(n for _s, _c, n in queries.dead_letter_counts(scope)) if scope.allows(policies.SEE_PAYLOADS) else None,
        "open_proposals": len(queries.proposals(scope, limit=500)[0]), "states": State.choices, "connectors": registry.connectors().values(),
        "owners": [(row.unit_code, row.unit_name) for row in league], "sorts": _sorts(), "chosen": request.GET, "query": request.GET.urlencode(),
        "may_remind": scope.allows(policies.REMIND), "may_create": scope.allows(policies.CREATE), "now": clock.now(),
        "last_five": ",".join(row.unit_code for row in league[-5:] if row.on_time is not None),
    }  # fmt: skip
    template = "sources/desk_table.html" if request.GET.get("part") == "table" else "sources/connections.html"
    return render(request, template, context)


def _sorts() -> list[tuple[str, str]]:
    return [
        ("worst", _("nặng nhất")),
        ("silent", _("im lâu nhất")),
        ("completeness", _("thiếu nhất")),
        ("name", _("tên")),
    ]


@require_GET
def connections_csv(request: HttpRequest) -> HttpResponse:
    """The list of the desk as CSV, narrowed as on the screen. No contact data."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        [
            "code",
            "name",
            "owner",
            "connector",
            "state",
            "last_seen",
            "completeness_24h",
            "completeness_7d",
            "error",
            "next_step",
        ]
    )
    for row in desk.desk_rows(_scope(request), request.GET):
        health = row.source.health
        seen = f"{clock.local(health.last_seen):%Y-%m-%d %H:%M}" if health.last_seen else ""
        table.writerow([row.source.code, row.source.name, row.source.owner.name, row.source.connector, row.state.value, seen,
                        health.completeness_24h, health.completeness_7d, row.cause, row.action])  # fmt: skip
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="connections-{clock.local(clock.now()):%Y%m%d-%H%M}.csv"'
    return answer


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind the owners of `code` (many), or of every late or lost source of the units `owners`; the answer says so and offers undo."""
    scope = _scope(request)
    codes = request.POST.getlist("code")
    if owners := {part for part in request.POST.get("owners", "").split(",") if part}:
        rows = desk.desk_rows(scope, request.GET)
        codes += [row.source.code for row in rows if row.needs_care and row.source.owner.code in owners]
    if not codes:
        raise InvalidInput(_("Không có nguồn nào cần nhắc."), action=_("Các nguồn này đang gửi đúng hẹn."))
    sent = reminders.remind(scope=scope, codes=codes, note=request.POST.get("note", ""))
    units = len({row.owner_id for row in sent})
    words = _("Đã nhắc %(unit)s về 1 nguồn.") % {"unit": sent[0].source.owner.name} if len(sent) == 1 else (
        ngettext("Đã nhắc %(n)d đơn vị về %(m)d nguồn.", "Đã nhắc %(n)d đơn vị về %(m)d nguồn.", units) % {"n": units, "m": len(sent)}
    )  # fmt: skip
    answer = render(request, "sources/reminded.html", {"at": sent[0].sent_at})
    answer["HX-Trigger"] = json.dumps(
        {"sen:toast": {"words": words, "undo": reverse("console:undo-reminder", args=[sent[0].batch])}}
    )
    return answer


@require_POST
def undo_reminder(request: HttpRequest, batch: str) -> HttpResponse:
    """Take reminders back."""
    try:
        reminders.undo(scope=_scope(request), batch=UUID(batch))
    except ValueError as error:
        raise NotFound(_("Không có lần nhắc này, hoặc đã thu hồi.")) from error
    answer = HttpResponse(status=204)
    answer["HX-Refresh"] = "true"
    return answer


def found(scope: Scope, q: str) -> list[Source]:
    """Sources for the search field."""
    return queries.sources(scope, queries.SourceFilter(q=q), limit=6)[0]


def overview(scope: Scope) -> dict[str, Any]:
    """What the home page says about sources."""
    rows = [desk.row_of(source) for source in queries.sources(scope, queries.SourceFilter(), limit=queries.MAX_PAGE)[0]]
    care = sorted((row for row in rows if row.needs_care), key=lambda row: (row.state != State.LOST, row.source.name))
    return {
        "counts": queries.counts_by_state(scope), "care": care, "all": len(rows), "on_time": sum(row.state == State.CONNECTED for row in rows),
        "proposals": len(queries.proposals(scope, limit=100)[0]),
        "letters": sum(n for _s, _c, n in queries.dead_letter_counts(scope)) if scope.allows(policies.SEE_PAYLOADS) else 0,
        "reminders": queries.reminders_for_unit(scope, unread_only=True, limit=5),
    }  # fmt: skip


@require_GET
def sources_of(request: HttpRequest) -> HttpResponse:
    """The sources with telemetry numbers `numbers`, for the page of a station and the provenance of a number."""
    numbers = [int(part) for part in request.GET.get("numbers", "").split(",") if part.isdigit()]
    rows = [desk.row_of(source) for source in queries.visible(_scope(request)).filter(number__in=numbers)]
    template = "sources/source_line.html" if request.GET.get("form") == "line" else "sources/sources_of.html"
    return render(request, template, {"rows": rows})


# -- one source


@require_GET
def source_page(request: HttpRequest, code: str) -> HttpResponse:
    """A source: promise, health, error with the next step, credentials, history, what it feeds."""
    return render(request, "sources/source.html", _source_context(request, code))


def _source_context(request: HttpRequest, code: str) -> dict[str, Any]:
    scope = _scope(request)
    source = queries.source_for(scope, code)
    owner = source.owner_id
    series = assets.series_of_sources([source.number]).get(source.number, [])
    return {
        "section": "data", "source": source, "row": desk.row_of(source), "series": series[:200], "series_count": len(series),
        "properties": packs.properties(), "changes": queries.state_changes(source, clock.now() - timedelta(days=30), limit=20),
        "may_change": scope.allows(policies.CHANGE, owner), "may_remind": scope.allows(policies.REMIND, owner),
        "may_upload": scope.allows(policies.UPLOAD, owner) and registry.table_reader(source.connector) is not None,
        "may_see_contact": scope.allows(policies.SEE_CONTACT, owner), "steps": steps_for(source, request.get_host()),
        "overlap": registry.manifest(source.connector).secret_overlap, "uploads": Upload.objects.filter(source=source)[:10],
        "letters": queries.dead_letters(scope, source=code, limit=5)[0] if scope.allows(policies.SEE_PAYLOADS) else [],
        "proposals": queries.proposals(scope, source=code, limit=5)[0],
        "credentials": source.credentials.filter(revoked_at=None).order_by("-created_at")[:5],
    }  # fmt: skip


@require_POST
def source_action(request: HttpRequest, code: str, action: str) -> HttpResponse:
    """rotate, revoke, stop, resume, promise, upload; afterwards the source's page again."""
    scope = _scope(request)
    extra: dict[str, Any] = {}
    try:
        if action == "rotate":
            hours = int(request.POST.get("overlap_hours") or 0)
            issued = services.rotate_secret(scope=scope, code=code, overlap=timedelta(hours=hours))
            extra = {"issued": issued, "steps": steps_for(issued.source, request.get_host(), issued.secret)}
        elif action == "revoke":
            services.revoke_secrets(scope=scope, code=code)
            messages.success(
                request,
                _("Đã thu hồi mọi mật khẩu của nguồn. Thiết bị không gửi được nữa cho tới khi có mật khẩu mới."),
            )
        elif action == "stop":
            services.stop_source(scope=scope, code=code, reason=request.POST.get("reason", ""))
            messages.success(request, _("Đã tạm dừng nguồn."))
        elif action == "resume":
            services.resume_source(scope=scope, code=code)
            messages.success(request, _("Nguồn chạy lại."))
        elif action == "promise":
            changes = {
                "interval_s": _seconds(request, "interval_s"),
                "allowed_delay_s": _seconds(request, "allowed_delay_s"),
            }
            services.change_source(scope=scope, code=code, changes=changes)
            messages.success(request, _("Đã lưu cam kết."))
        elif action == "upload":
            extra = {"upload": _upload(request, scope, code)}
        else:
            raise NotFound(_("Không có thao tác này."))
    except (InvalidInput, ValueError) as error:
        words = f"{error.message} {error.action}" if isinstance(error, SenError) else _("Nhập một số nguyên.")
        return render(request, "sources/source.html", {**_source_context(request, code), "problem": words}, status=422)
    if extra:
        return render(request, "sources/source.html", {**_source_context(request, code), **extra})
    return HttpResponseRedirect(reverse("console:source", args=[code]))


def _seconds(request: HttpRequest, name: str) -> int:
    return int(request.POST.get(name, ""))


def _upload(request: HttpRequest, scope: Scope, code: str) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(_("Chưa chọn tệp."), action=_("Chọn tệp CSV hoặc Excel rồi bấm Nạp bảng."))
    return uploads.upload_table(
        scope=scope, code=code, file_name=str(file.name), content=file.read(), dry_run="dry_run" in request.POST
    )


# -- a new source


@require_http_methods(["GET", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """Choose how it connects, describe it, then see key and secret once with how to connect."""
    scope = _scope(request)
    connector = request.POST.get("connector") or request.GET.get("connector", "")
    context: dict[str, Any] = {"section": "data", "connectors": registry.connectors().values(), "connector": connector}
    if connector not in registry.connectors():
        return render(request, "sources/new_source.html", context)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            issued = services.create_source(scope=scope, **_new_values(request, connector))
        except SenError as error:
            if error.status not in (409, 422):
                raise
            errors = {key.removeprefix("settings."): words for key, words in error.fields.items()}
            context |= {"problem": error.message, "problem_action": error.action}
        else:
            context |= {
                "issued": issued,
                "source": issued.source,
                "steps": steps_for(issued.source, request.get_host(), issued.secret),
            }
            return render(request, "sources/issued.html", context)
    context |= {
        "manifest": registry.manifest(connector), "errors": errors, "values": request.POST or {"interval_s": "300", "allowed_delay_s": "600"},
        "fields": settings_fields(connector, {k.removeprefix("settings."): v for k, v in request.POST.items()}, errors),
        "owners": [*organisations.departments(), *organisations.communes()], "properties": packs.properties().values(),
        "picked": request.POST.getlist("expected_properties"),
    }  # fmt: skip
    return render(request, "sources/new_source.html", context, status=422 if errors or context.get("problem") else 200)


def _new_values(request: HttpRequest, connector: str) -> dict[str, Any]:
    posted = request.POST
    try:
        numbers = {
            name: int(posted.get(name) or default) for name, default in (("interval_s", 300), ("allowed_delay_s", 600))
        }
    except ValueError as error:
        raise InvalidInput(
            _("Chu kỳ và độ trễ là số giây."), fields={"interval_s": _("Nhập một số nguyên.")}
        ) from error
    return {
        "code": posted.get("code", ""), "name": posted.get("name", ""), "connector": connector, "owner": posted.get("owner", ""),
        "settings": settings_from(connector, posted), "expected_properties": posted.getlist("expected_properties"),
        "contact_name": posted.get("contact_name", ""), "contact_phone": posted.get("contact_phone", ""), **numbers,
    }  # fmt: skip
