"""Registers of documents in and out, what they say of each other, the course of their exchange, and every message as it came."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sen.apps.documents.choices import (
    Direction,
    LinkKind,
    MessageKind,
    MessageState,
    Origin,
    Signature,
    Standing,
    Urgency,
)
from sen.kernel.identifiers import uuid7


class Agency(models.Model):
    """An agency of the exchange by its canonical electronic identifier; `unit` where it is one of ours."""

    code = models.CharField(_("Mã định danh"), max_length=40, primary_key=True)
    name = models.CharField(_("Tên cơ quan"), max_length=300)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Document(models.Model):
    """One document in the register of one unit: sent to two units it stands twice, each with its own reading and handling.

    `exchange_id` is edXML's DocumentId in canonical form, `<agency>,<YYYY/MM/DD>,<number/symbol>`; "" where it is not known.
    Lateness is judged when read, from `due_on`, `handled_at` and today.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    direction = models.CharField(_("Chiều"), max_length=3, choices=Direction)
    exchange_id = models.CharField(_("Định danh văn bản"), max_length=200, blank=True)
    number = models.CharField(_("Số"), max_length=30, blank=True)
    symbol = models.CharField(_("Ký hiệu"), max_length=80, blank=True)
    reference = models.CharField(_("Số, ký hiệu"), max_length=120)
    issuer = models.CharField(_("Cơ quan ban hành"), max_length=300)
    issuer_code = models.CharField(max_length=40, blank=True)
    issuer_unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    receivers = models.JSONField(_("Nơi nhận"), default=list, help_text="[{code, name}] as the message names them.")
    issued_on = models.DateField(_("Ngày ban hành"), null=True)
    registered_at = models.DateTimeField(_("Ngày đến hoặc đi"))
    abstract = models.CharField(_("Trích yếu"), max_length=2000)
    content = models.TextField(
        blank=True, help_text="What can be read of the document: its words and the text of its files."
    )
    kind = models.CharField(_("Loại văn bản"), max_length=80, blank=True)
    urgency = models.CharField(_("Độ khẩn"), max_length=12, choices=Urgency, default=Urgency.NORMAL)
    field = models.CharField(_("Lĩnh vực"), max_length=200, blank=True)
    signer = models.CharField(_("Người ký"), max_length=150, blank=True)
    signer_position = models.CharField(_("Chức vụ"), max_length=200, blank=True)
    pages = models.PositiveIntegerField(_("Số trang"), null=True)
    signature = models.CharField(_("Chữ ký số"), max_length=10, choices=Signature, default=Signature.UNKNOWN)
    signature_words = models.CharField(max_length=300, blank=True)
    attachments = models.JSONField(
        default=list, help_text="[{name, media_type, size, sha256, file, problem, signature}] as the message had them."
    )
    electronic = models.BooleanField(_("Hoàn toàn điện tử"), default=False, help_text="By the exchange, without paper.")
    standing = models.CharField(max_length=12, choices=Standing, default=Standing.IN_FORCE)
    status = models.CharField(max_length=4, blank=True, help_text="Newest status code of the exchange.")
    due_on = models.DateField(_("Hạn xử lý"), null=True)
    handler_unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)
    read_by = models.CharField(max_length=150, blank=True)
    handled_at = models.DateTimeField(null=True)
    handled_on = models.DateField(null=True, help_text="The local day of handled_at, to be held against due_on.")
    handled_by = models.CharField(max_length=150, blank=True)
    handled_words = models.CharField(_("Kết quả xử lý"), max_length=1000, blank=True)
    reminded_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=8, choices=Origin)
    source = models.CharField(max_length=200, help_text="Where the record comes from, in words.")
    simulated = models.BooleanField(default=False)
    search = SearchVectorField(null=True)
    updated_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-registered_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "direction", "exchange_id"],
                condition=~Q(exchange_id=""),
                name="document_once_per_register",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "direction", "-registered_at"], name="document_register"),
            models.Index(fields=["-registered_at", "-id"], name="document_newest"),
            models.Index(fields=["exchange_id"], name="document_exchange"),
            models.Index(fields=["due_on"], condition=Q(handled_at=None, direction="in"), name="document_due"),
            GinIndex(fields=["search"], name="document_words"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.abstract}"


class DocumentLink(models.Model):
    """What a document says of another: it answers or replaces it. `target` is "" of those that are not in this register."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=10, choices=LinkKind)
    target_exchange_id = models.CharField(max_length=200)
    target_reference = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "kind", "target_exchange_id"], name="document_link_once"),
        ]
        indexes = [models.Index(fields=["target_exchange_id"], name="document_link_target")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_exchange_id}"


class ExchangeMessage(models.Model):
    """A message of the exchange as it came, byte for byte, with what became of it. A correction is a message of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    received_at = models.DateTimeField()
    source_number = models.PositiveIntegerField(null=True)
    source_code = models.CharField(max_length=64, blank=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    payload = models.BinaryField()
    content_type = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=MessageKind, default=MessageKind.UNREADABLE)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.STORED)
    exchange_id = models.CharField(max_length=200, blank=True)
    from_code = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    fault_code = models.CharField(max_length=40, blank=True)
    fault = models.CharField(max_length=1000, blank=True)
    fault_place = models.CharField(max_length=200, blank=True)
    tries = models.PositiveIntegerField(default=0)
    repeats = models.PositiveIntegerField(default=0, help_text="How often the same bytes came again.")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=150, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ("-received_at", "-id")
        indexes = [
            models.Index(fields=["state", "-received_at"], name="exchange_by_state"),
            models.Index(fields=["sha256"], name="exchange_by_content"),
            models.Index(fields=["received_at"], condition=Q(state="stored"), name="exchange_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.exchange_id} {self.state}"


class ExchangeStep(models.Model):
    """One step in the course of a document over the exchange, ours (`outgoing`) or told by another agency. Never changed."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    code = models.CharField(max_length=4, help_text="Status code; unknown ones are kept as they came.")
    outgoing = models.BooleanField(default=False, help_text="A status of ours, for the sender to fetch.")
    agency_code = models.CharField(max_length=40, blank=True)
    agency = models.CharField(max_length=300, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    by = models.CharField(max_length=200, blank=True)
    message = models.ForeignKey(ExchangeMessage, models.SET_NULL, null=True, related_name="steps")

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["document", "at"], name="exchange_course")]

    def __str__(self) -> str:
        return f"{self.code} {self.at}"
