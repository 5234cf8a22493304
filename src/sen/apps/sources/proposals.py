"""Devices that no asset takes: recorded as proposals, accepted or rejected by a person; their waiting data go back through the log."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sen.apps.access.interface import SYSTEM, Scope, require
from sen.apps.assets import interface as assets
from sen.apps.audit import interface as audit
from sen.apps.packs import interface as packs
from sen.apps.sources import policies
from sen.apps.sources.bus import announce_after_commit, publish_reading
from sen.apps.sources.models import Proposal, ProposalState, Source
from sen.apps.sources.queries import proposal_for
from sen.apps.sources.telemetry import store
from sen.connector_sdk.messages import ReadingMessage, encode_readings
from sen.kernel import clock
from sen.kernel.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from sen.apps.sources.interface import ProposedDevice

log = structlog.get_logger(__name__)

MAX_DEVICES_PER_SOURCE = 2000
REPLAY_BATCH = 500

_UPSERT = """
INSERT INTO sources_proposal (id, source_id, device, properties, sample, first_seen, last_seen, messages, state,
                              decided_by, reason, asset_code, created_asset, replayed)
VALUES (%s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s, 'open', '', '', '', false, 0)
ON CONFLICT (source_id, device) DO UPDATE SET
    last_seen = GREATEST(sources_proposal.last_seen, excluded.last_seen),
    first_seen = LEAST(sources_proposal.first_seen, excluded.first_seen),
    messages = sources_proposal.messages + excluded.messages,
    sample = excluded.sample,
    properties = (SELECT jsonb_agg(DISTINCT p) FROM jsonb_array_elements(sources_proposal.properties || excluded.properties) p),
    -- An accepted device that is unknown again sent a property without a series: the person has to look once more.
    state = CASE WHEN sources_proposal.state = 'accepted' AND NOT sources_proposal.properties @> excluded.properties
                 THEN 'open' ELSE sources_proposal.state END
"""


def record(*, source: Source, row: ProposedDevice) -> None:
    """Upsert one unknown device; link it at once where its name is the code of an unfed asset of the source's owner."""
    proposal_id = Proposal().pk
    device = row.device.replace("\x00", "")[:128]
    properties = sorted({str(p)[:64] for p in row.properties})[:200]
    known = Proposal.objects.filter(source=source, device=device).exists()
    if not known and Proposal.objects.filter(source=source).count() >= MAX_DEVICES_PER_SOURCE:
        log.warning("too_many_unknown_devices", source=source.code, device=device)
        return
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [
            proposal_id, source.id, device, _json(properties), _json(dict(row.sample)), row.first_seen, row.last_seen, row.messages,
        ])  # fmt: skip
    if not known:
        _link_if_obvious(source, device, properties)
        announce_after_commit("sources.proposed", source.code, {"source": source.code, "device": device})


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode().replace("\\u0000", "")


def _link_if_obvious(source: Source, device: str, properties: list[str]) -> None:
    if source.settings.get("link_same_code", True) is False:
        return
    asset = assets.linkable_asset(device=device, owner_unit_id=source.owner_id)
    proposal = Proposal.objects.filter(source=source, device=device, state=ProposalState.OPEN).first()
    if asset is None or proposal is None:
        return
    try:
        _accept(proposal, scope=SYSTEM, asset_code=asset.code, properties=_known(properties), by="", created=False)
    except (Conflict, InvalidInput) as error:
        log.info("device_not_linked", source=source.code, device=device, reason=error.message)
        return
    replay_waiting(proposal)


def accept(
    *,
    scope: Scope,
    proposal_id: str,
    by: str,
    asset_code: str = "",
    new_asset: dict[str, Any] | None = None,
    properties: list[str] | None = None,
) -> Proposal:
    """Take a device in: link it to the asset `asset_code`, or create one from `new_asset` (code, name, kind, location, owner).

    The data that waited go back through the durable log, so they are checked like any other. Raises NotFound, Forbidden,
    InvalidInput, Conflict.
    """
    with transaction.atomic():
        proposal = _locked(scope, proposal_id, policies.DECIDE_PROPOSALS)
        if proposal.state == ProposalState.ACCEPTED:
            raise Conflict(_("Thiết bị này đã được nhận."), code="already_accepted")
        symbols = properties if properties else _known(proposal.properties)
        created = bool(new_asset)
        if new_asset:
            fields = {"owner": proposal.source.owner.code, **new_asset, "properties": symbols}
            asset_code = assets.create_asset(scope=scope, simulated=proposal.source.simulated, **fields).code
        elif not asset_code:
            raise InvalidInput(_("Chọn trạm để gắn thiết bị, hoặc nhập trạm mới."), fields={"asset": _("Bắt buộc.")})
        _accept(proposal, scope=scope, asset_code=asset_code, properties=symbols, by=by, created=created)
    replay_waiting(proposal)
    return proposal


def _accept(
    proposal: Proposal, *, scope: Scope, asset_code: str, properties: list[str], by: str, created: bool
) -> None:
    if not properties:
        raise InvalidInput(
            _("Thiết bị không gửi thông số nào có trong danh mục."),
            action=_("Thêm ký hiệu vào gói lĩnh vực, hoặc từ chối thiết bị."),
            code="no_known_property",
        )
    source = proposal.source
    feed = assets.Feed(source.number, proposal.device, source.interval_s, source.allowed_delay_s)
    with transaction.atomic():
        assets.add_feed(scope=scope, asset_code=asset_code, properties=properties, feed=feed)
        proposal.state, proposal.asset_code, proposal.created_asset = ProposalState.ACCEPTED, asset_code, created
        proposal.decided_at, proposal.decided_by, proposal.reason = clock.now(), by, ""
        proposal.save()
        _record(scope, "sources.accept_proposal", proposal, {"asset": asset_code, "properties": properties})


def reject(*, scope: Scope, proposal_id: str, by: str, reason: str) -> Proposal:
    """Refuse a device with a reason; its waiting data stay until retention takes them, so that `undo` loses nothing."""
    if not reason.strip():
        raise InvalidInput(_("Ghi lý do từ chối."), fields={"reason": _("Bắt buộc.")})
    with transaction.atomic():
        proposal = _locked(scope, proposal_id, policies.DECIDE_PROPOSALS)
        if proposal.state != ProposalState.OPEN:
            raise Conflict(_("Thiết bị này đã được quyết định."), code="already_decided")
        proposal.state, proposal.reason = ProposalState.REJECTED, reason.strip()[:300]
        proposal.decided_at, proposal.decided_by = clock.now(), by
        proposal.save()
        _record(scope, "sources.reject_proposal", proposal, {"reason": proposal.reason})
    return proposal


def undo(*, scope: Scope, proposal_id: str) -> Proposal:
    """Open a decided proposal again; an accepted device is taken away from its series (data stored so far stay)."""
    with transaction.atomic():
        proposal = _locked(scope, proposal_id, policies.DECIDE_PROPOSALS)
        if proposal.state == ProposalState.OPEN:
            raise Conflict(_("Thiết bị này chưa được quyết định."), code="not_decided")
        if proposal.state == ProposalState.ACCEPTED:
            assets.unlink_device(source_number=proposal.source.number, device=proposal.device)
        before = proposal.state
        proposal.state, proposal.asset_code, proposal.reason = ProposalState.OPEN, "", ""
        proposal.decided_at, proposal.decided_by = None, ""
        proposal.save()
        _record(scope, "sources.undo_proposal", proposal, {"before": before})
    return proposal


def replay_waiting(proposal: Proposal) -> int:
    """Publish what waited for the device to the log again, then discard it. Killed in between, it is published twice: harmless."""
    waiting = store().waiting(proposal.source.number, proposal.device)
    if not _fed(proposal) & set(_known(waiting["property"].unique().to_pylist())):
        return 0  # only properties without a series are left; they would come straight back
    messages = [_message(row) for row in waiting.to_pylist()]
    for start in range(0, len(messages), REPLAY_BATCH):
        publish_reading(proposal.source.key, encode_readings(messages[start : start + REPLAY_BATCH]))
    if messages:
        # Only what was read: readings may still arrive as waiting until ingest has learned of the new series.
        store().discard_waiting(proposal.source.number, proposal.device, max(waiting["received"].to_pylist()))
        Proposal.objects.filter(pk=proposal.pk).update(replayed=F("replayed") + len(messages))
        proposal.refresh_from_db(fields=["replayed"])
    return len(messages)


def _known(symbols: list[str]) -> list[str]:
    """The codes of those symbols that the packs know; a device may send more than the centre can name."""
    found = (packs.property_for(symbol) for symbol in symbols)
    return sorted({one.code for one in found if one})


def _fed(proposal: Proposal) -> set[str]:
    series = assets.series_of_sources([proposal.source.number]).get(proposal.source.number, [])
    return {one.property for one in series if one.device == proposal.device}


def _message(row: dict[str, Any]) -> ReadingMessage:
    moment: datetime = row["time"]
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    value = row["value"]
    status = row.get("status") or ""
    return ReadingMessage(
        device=row["device"], time=clock.to_ms(moment),
        values={row["property"]: None if value is None or math.isnan(value) else value},
        status={row["property"]: status} if status else {},
    )  # fmt: skip


def _locked(scope: Scope, proposal_id: str, action: str) -> Proposal:
    proposal = proposal_for(scope, proposal_id)
    require(scope, action, proposal.source.owner_id)
    Proposal.objects.select_for_update().get(pk=proposal.pk)
    return proposal_for(scope, proposal_id)


def _record(scope: Scope, action: str, proposal: Proposal, detail: dict[str, Any]) -> None:
    audit.record(
        scope=scope, action=action, object_type="proposal", object_id=str(proposal.pk), unit_id=proposal.source.owner_id,
        detail={"source": proposal.source.code, "device": proposal.device, **detail},
    )  # fmt: skip
    announce_after_commit("sources.changed", proposal.source.code, {"source": proposal.source.code})
