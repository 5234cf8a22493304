"""Putting alerts of the queue to an incident that runs: alerts know nothing of incidents, so the console brings the two together."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sen.apps.alerts import interface as alerts
from sen.apps.alerts import pages
from sen.apps.incidents import interface as incidents
from sen.kernel.errors import InvalidInput


@require_POST
@pages.answered
def join_alerts(request: HttpRequest) -> JsonResponse:
    """Put the posted alerts to the posted `incident`; all or none. Raises InvalidInput without one."""
    chosen = pages.chosen_of(request)
    number = str(chosen.posted.get("incident", ""))
    if not number:
        raise InvalidInput(_("Chưa chọn sự cố."), action=_("Chọn sự cố."))
    incidents.add_alerts(scope=chosen.scope, number=number, alert_ids=list(chosen.targets))
    changed = tuple(alerts.alert(chosen.scope, one) for one in chosen.targets)
    return JsonResponse(pages.answer_of("join", alerts.Bulk(changed=changed)))
