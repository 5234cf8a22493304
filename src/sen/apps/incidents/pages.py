"""The pages of incidents and procedures, for the console's addresses."""

from __future__ import annotations

from sen.apps.incidents.pages_dispatch import dispatch_action, dispatch_page, dispatches_page
from sen.apps.incidents.pages_drill import procedure_drill
from sen.apps.incidents.pages_list import incident_for_alert, incident_new, incidents_page, incidents_similar
from sen.apps.incidents.pages_message import message_action, message_new, message_page
from sen.apps.incidents.pages_review import lesson_change, lesson_new, review_page
from sen.apps.incidents.pages_room import (
    incident_action,
    incident_near,
    incident_page,
    incident_part,
    incident_status,
    incident_step,
)
from sen.apps.incidents.procedures.pages import (
    procedure_check,
    procedure_new,
    procedure_page,
    procedure_save,
    procedure_trial,
    procedures_page,
)

__all__ = [
    "dispatch_action", "dispatch_page", "dispatches_page", "incident_action", "incident_for_alert", "incident_near", "incident_new",
    "incident_page", "incident_part", "incident_status", "incident_step", "incidents_page", "incidents_similar", "lesson_change", "lesson_new",
    "message_action", "message_new", "message_page", "procedure_check", "procedure_drill", "procedure_new", "procedure_page", "procedure_save",
    "procedure_trial", "procedures_page", "review_page",
]  # fmt: skip
