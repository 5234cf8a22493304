"""The incident's own copy of its procedure: what was in force when it was chosen, whatever changes later."""

from __future__ import annotations

import msgspec

from sen.apps.incidents.models import Incident
from sen.apps.incidents.procedures.interface import ProcedureInForce, filled
from sen.apps.packs import interface as packs
from sen.apps.packs.interface import Sop, Step


def keep(incident: Incident, chosen: ProcedureInForce) -> None:
    """Put the copy into an incident that is being opened."""
    incident.procedure_code, incident.procedure = chosen.code, msgspec.to_builtins(chosen.sop)
    incident.procedure_template, incident.procedure_version = chosen.template_id, chosen.version
    incident.procedure_label = chosen.version_label


def sop_of(incident: Incident) -> Sop | None:
    """The copy; None where the incident follows no procedure."""
    return msgspec.convert(incident.procedure, Sop) if incident.procedure else None


def step_of(incident: Incident, code: str) -> Step | None:
    """A step of the copy; None for one that was added by hand."""
    sop = sop_of(incident)
    return next((one for one in sop.steps if one.code == code), None) if sop else None


def message_of(incident: Incident, code: str, **more: str) -> str:
    """The words of a prepared message with the incident's facts and `more`; empty where there is no such message."""
    sop = sop_of(incident)
    found = next((one for one in sop.messages if one.code == code), None) if sop else None
    return sent(incident, found.words, **more) if found else ""


def sent(incident: Incident, words: str, **more: str) -> str:
    """Words as they go out: facts filled in, a gap of dots for what nobody knows yet."""
    text = filled(words, {**incident.facts, **more})
    for name in packs.placeholders(text):
        text = text.replace(f"{{{name}}}", "…")
    return text
