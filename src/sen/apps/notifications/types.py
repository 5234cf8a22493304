"""The values that go in and out of the app: whom to tell, and what became of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec


class Address(msgspec.Struct, frozen=True):
    """Somebody without an account: `carrier` (`sms`, `zalo`, `email`) the number or mailbox there, and who it is for the caller."""

    carrier: str
    address: str
    name: str = ""
    ref: str = ""


class Recipients(msgspec.Struct, frozen=True):
    """Whom to tell: accounts, everybody who holds a role (`duty_officer`, …) in a unit today, people by address.

    `inbox_ids`: accounts that get it in the console only, because their address stands in `addresses`.
    """

    user_ids: tuple[UUID, ...] = ()
    unit_roles: tuple[tuple[UUID, str], ...] = ()
    addresses: tuple[Address, ...] = ()
    inbox_ids: tuple[UUID, ...] = ()


class Acknowledged(msgspec.Struct, frozen=True):
    """Somebody confirmed a notification: by the console, by the link (`link`), or by a reply over a carrier."""

    about: str
    user_id: UUID | None
    ref: str
    how: str


class Undeliverable(msgspec.Struct, frozen=True):
    """Somebody who could not be told: the name (or the role that nobody holds), the carrier, why."""

    name: str
    carrier: str
    reason: str


class DeliverySummary(msgspec.Struct, frozen=True):
    """What became of all that was said about one thing, counted by person.

    `people`: how many were told at all. `sent` and `delivered` count those whom a carrier outside the console reached at least so
    far (`delivered` also those whose inbox has it), `failed` those for whom a carrier is being tried again, `undeliverable` those
    whom no further try will reach.
    """

    people: int = 0
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    acknowledged: int = 0
    undeliverable: tuple[Undeliverable, ...] = ()


class DeliveryView(msgspec.Struct, frozen=True):
    """One delivery as the app sees it that asked for the notification. `ref` is the one of its Address, `user_id` an account."""

    key: str
    ref: str
    user_id: UUID | None
    name: str
    carrier: str
    state: str
    reason: str
    sent_at: datetime | None
    acknowledged_at: datetime | None
    answer: str


class InboxItem(msgspec.Struct, frozen=True):
    """A notification as its reader sees it; also the message of the live topic `notifications`."""

    id: UUID
    title: str
    body: str
    url: str
    severity: str
    about: str
    drill: bool
    needs_ack: bool
    created_at: datetime
    read_at: datetime | None = None
    acknowledged_at: datetime | None = None
