"""Models as the dictionaries that REST answers and pages show; decides what of a source a scope may see."""

from __future__ import annotations

from typing import Any

from sen.apps.access.interface import Scope
from sen.apps.sources import errors, policies
from sen.apps.sources.models import DeadLetter, Proposal, Reminder, Source
from sen.apps.sources.queries import present_state, promise_of
from sen.apps.sources.states import plan_is_overdue
from sen.kernel import clock


def source(scope: Scope, row: Source) -> dict[str, Any]:
    """A source with its state and last error; the contact only for who may see it."""
    health, now = row.health, clock.now()
    contact = None
    if scope.allows(policies.SEE_CONTACT, row.owner_id):
        contact = {"name": row.contact_name, "phone": row.contact_phone}
    return {
        "code": row.code, "name": row.name, "number": row.number, "connector": row.connector, "key": row.key,
        "owner": row.owner.code, "owner_name": row.owner.name, "settings": row.settings, "simulated": row.simulated,
        "interval_s": row.interval_s, "allowed_delay_s": row.allowed_delay_s, "expected_properties": row.expected_properties,
        "plan_date": row.plan_date, "plan_overdue": plan_is_overdue(promise_of(row), health.last_seen, now),
        "state": present_state(row, now).value, "state_since": health.state_since, "last_seen": health.last_seen,
        "last_measured": health.last_measured, "last_error": last_error(row), "completeness": health.completeness_24h,
        "completeness_7d": health.completeness_7d, "bars": health.bars, "messages": health.messages, "values": health.values,
        "late_values": health.late_values, "rejected": health.rejected, "stopped_reason": row.stopped_reason,
        "stopped_at": row.stopped_at, "contact": contact, "version": row.version, "created_at": row.created_at,
        "updated_at": row.updated_at,
    }  # fmt: skip


def last_error(row: Source) -> dict[str, Any] | None:
    """The newest error with cause and next step, or None."""
    health = row.health
    if not health.error_code:
        return None
    return {
        "code": health.error_code, "message": health.error_message, "cause": errors.cause(health.error_code),
        "action": errors.action(health.error_code), "at": health.error_at, "count": health.error_count,
    }  # fmt: skip


def reminder(row: Reminder) -> dict[str, Any]:
    """A reminder with the codes of its source and owner."""
    return {
        "id": row.pk, "batch": row.batch, "source": row.source.code, "owner": row.owner.code, "text": row.text,
        "sent_at": row.sent_at, "sent_by": row.sent_by, "read_at": row.read_at,
    }  # fmt: skip


def proposal(row: Proposal) -> dict[str, Any]:
    """An unknown device."""
    return {
        "id": row.pk, "source": row.source.code, "device": row.device, "properties": row.properties, "sample": row.sample,
        "first_seen": row.first_seen, "last_seen": row.last_seen, "messages": row.messages, "state": row.state,
        "reason": row.reason, "decided_at": row.decided_at, "decided_by": row.decided_by, "asset": row.asset_code,
        "replayed": row.replayed,
    }  # fmt: skip


def dead_letter(row: DeadLetter) -> dict[str, Any]:
    """A dead letter without its bytes."""
    return {
        "id": row.pk, "source": row.source.code if row.source else None, "received": row.received, "channel": row.channel,
        "subject": row.subject, "size": row.payload_size, "code": row.code, "message": row.message,
        "cause": errors.cause(row.code), "action": errors.action(row.code), "seq": row.seq, "repeats": row.repeats,
        "state": row.state, "decided_at": row.decided_at, "decided_by": row.decided_by, "reason": row.reason,
    }  # fmt: skip
