"""Sources with their promise and credentials, what they did wrong, and what waits for a person to decide."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class NextNumber(models.Func):
    """`nextval` of the sequence of source numbers."""

    function = "nextval"
    output_field = models.IntegerField()


class State(models.TextChoices):
    """What a source does about its promise; decided in states.py only."""

    PLANNED = "planned", _("Dự kiến")
    CONNECTED = "connected", _("Đang kết nối")
    LATE = "late", _("Chậm")
    LOST = "lost", _("Mất kết nối")
    STOPPED = "stopped", _("Tạm dừng")


class Source(models.Model):
    """One connection that delivers data: who owns it, what it promised, and how it does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.IntegerField(
        unique=True, db_default=NextNumber(models.Value("sources_source_number")), editable=False
    )
    code = models.CharField(_("Mã nguồn"), max_length=64, unique=True)
    name = models.CharField(_("Tên nguồn"), max_length=200)
    connector = models.CharField(_("Kiểu kết nối"), max_length=64)
    key = models.CharField(_("Khóa nguồn"), max_length=64, unique=True, editable=False)
    owner = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("Đơn vị chủ quản"))
    settings = models.JSONField(default=dict, blank=True)
    simulated = models.BooleanField(_("Số liệu mô phỏng"), default=False)

    interval_s = models.PositiveIntegerField(_("Chu kỳ (giây)"), default=300)
    allowed_delay_s = models.PositiveIntegerField(_("Độ trễ cho phép (giây)"), default=600)
    expected_properties = models.JSONField(_("Thông số cam kết"), default=list, blank=True)
    plan_date = models.DateField(_("Ngày dự kiến kết nối"), null=True, blank=True)

    # Basic personal data (Law on Personal Data Protection 2025): shown by policy SEE_CONTACT only, never in lists or exports.
    contact_name = models.CharField(_("Người đầu mối"), max_length=120, blank=True)
    contact_phone = models.CharField(_("Điện thoại"), max_length=32, blank=True)

    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_by = models.CharField(max_length=150, blank=True, editable=False)
    stopped_reason = models.CharField(max_length=300, blank=True, editable=False)
    search_text = models.TextField(default="", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"


class SourceHealth(models.Model):
    """What the machine observed about a source; apart from Source, because it changes every few seconds."""

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True, related_name="health")
    first_seen = models.DateTimeField(null=True)
    last_seen = models.DateTimeField(null=True)
    last_measured = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.PLANNED, db_index=True)
    state_since = models.DateTimeField(db_default=Now())
    messages = models.BigIntegerField(default=0)
    values = models.BigIntegerField(default=0)
    late_values = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    error_code = models.CharField(max_length=64, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    error_at = models.DateTimeField(null=True)
    error_count = models.BigIntegerField(default=0)
    completeness_24h = models.FloatField(null=True)
    completeness_7d = models.FloatField(null=True)
    bars = models.JSONField(default=list)
    measured_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.source_id}: {self.state}"


class Credential(models.Model):
    """A secret of a source, kept as SHA-256 (lookup) and bcrypt (the MQTT gateway's file). The secret itself is shown once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="credentials")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    password_bcrypt = models.CharField(max_length=72)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.source_id} {self.created_at:%Y-%m-%d}"


class StateChange(models.Model):
    """A transition of a source's state; the timeline and the league table read these."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="state_changes")
    before = models.CharField(max_length=16, choices=State)
    after = models.CharField(max_length=16, choices=State)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("source", "at"), name="sources_change_by_time"),)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Reminder(models.Model):
    """A notice to the owner unit about a source that does not keep its promise."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="reminders")
    owner = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    text = models.TextField()
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=150)
    batch = models.UUIDField(db_index=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-sent_at",)

    def __str__(self) -> str:
        return f"{self.source_id} {self.sent_at:%Y-%m-%d %H:%M}"


class ProposalState(models.TextChoices):
    """What a person decided about an unknown device."""

    OPEN = "open", _("Chờ duyệt")
    ACCEPTED = "accepted", _("Đã nhận")
    REJECTED = "rejected", _("Đã từ chối")


class Proposal(models.Model):
    """A device that sent data and belongs to no asset yet. Its data wait in telemetry."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="proposals")
    device = models.CharField(max_length=128)
    properties = models.JSONField(default=list)
    sample = models.JSONField(default=dict)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    messages = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=ProposalState, default=ProposalState.OPEN, db_index=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    asset_code = models.CharField(max_length=64, blank=True)
    created_asset = models.BooleanField(default=False)
    replayed = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("-last_seen",)
        constraints = (models.UniqueConstraint(fields=("source", "device"), name="sources_one_proposal_per_device"),)

    def __str__(self) -> str:
        return self.device


class DeadLetterState(models.TextChoices):
    """What happened to a dead letter."""

    OPEN = "open", _("Chờ xử lý")
    REPLAYED = "replayed", _("Đã gửi lại")
    DISCARDED = "discarded", _("Đã bỏ")


class DeadLetter(models.Model):
    """A message that could not be decoded, with its bytes, until a person corrects or discards it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="dead_letters")
    received = models.DateTimeField(db_index=True)
    channel = models.CharField(max_length=32)
    subject = models.CharField(max_length=300)
    payload = models.BinaryField()
    payload_size = models.PositiveIntegerField()
    payload_sha256 = models.CharField(max_length=64)
    code = models.CharField(max_length=64)
    message = models.TextField()
    seq = models.BigIntegerField(null=True)
    # More than one only on the row that counts what came after the limit for keeping payloads was reached.
    repeats = models.PositiveBigIntegerField(default=1)
    state = models.CharField(max_length=16, choices=DeadLetterState, default=DeadLetterState.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-received", "-id")
        indexes = (models.Index(fields=("state", "source", "code"), name="sources_dead_by_state"),)
        constraints = (
            # Redelivery by the log after a crash must not show a letter twice.
            models.UniqueConstraint(fields=("channel", "seq", "payload_sha256"), name="sources_dead_once"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"


class Upload(models.Model):
    """A table that a person handed in, and what became of its rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="uploads")
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=150)
    accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()

    class Meta:
        ordering = ("-uploaded_at",)

    def __str__(self) -> str:
        return self.file_name
