"""Alerts as the database keeps them, what people did with each, and the windows in which things are known to be out of order."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class Severity(models.TextChoices):
    """The packs' severities, the lightest first."""

    INFO = "info", _("Thông tin")
    NOTICE = "notice", _("Chú ý")
    WARNING = "warning", _("Cảnh báo")
    SERIOUS = "serious", _("Nghiêm trọng")


class State(models.TextChoices):
    """How far people are with an alert; whether somebody has seen a new one is known per person (AlertSeen)."""

    NEW = "new", _("Chưa xác nhận")
    ACKNOWLEDGED = "acknowledged", _("Đã xác nhận")
    ASSIGNED = "assigned", _("Đã giao")
    SHELVED = "shelved", _("Tạm ẩn")
    JOINED = "joined", _("Thuộc sự cố")
    CLOSED = "closed", _("Đã đóng")


class Outcome(models.TextChoices):
    """How an alert ended."""

    HANDLED = "handled", _("Đã xử lý")
    FALSE_ALARM = "false_alarm", _("Báo động giả")
    JOINED = "joined", _("Xử lý trong sự cố")
    CLEARED = "cleared_by_itself", _("Tự hết")


class AlertNumbering(models.Model):
    """The last number given in a year; the row is locked while numbers are given."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Alert(models.Model):
    """One occurrence: a rule about a subject from one onset on.

    `onset_at` and `raised_at` are measurement time, `arrived_at` is when the centre knew. `onset_ms` repeats the onset exactly:
    (family, subject, onset) is unique, so that a transition that comes again changes nothing. `head` is the alert under which
    repetitions and neighbours of one rule are gathered; `merged` and `group_severity` of a head count all of them.
    `changed_ms`: measurement time of the newest transition that was taken in.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("Số"), max_length=20, unique=True)
    rule = models.ForeignKey("alerts.RuleInForceRow", models.PROTECT, related_name="alerts")
    family = models.CharField(max_length=80)
    subject = models.CharField(max_length=150)
    onset_ms = models.BigIntegerField()
    changed_ms = models.BigIntegerField()
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    desk = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    territory = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    asset_code = models.CharField(max_length=64, blank=True)
    asset_name = models.CharField(max_length=200, blank=True)
    asset_kind = models.CharField(max_length=64, blank=True)
    property = models.CharField(max_length=64, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    severity = models.CharField(_("Mức độ"), max_length=8, choices=Severity)
    peak_severity = models.CharField(max_length=8, choices=Severity)
    group_severity = models.CharField(max_length=8, choices=Severity)
    onset_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    last_value = models.FloatField(null=True)
    peak_value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    facts = models.JSONField(default=dict)
    head = models.ForeignKey("self", models.PROTECT, null=True, related_name="members")
    group_key = models.CharField(max_length=200)
    group_until_ms = models.BigIntegerField(help_text="Onsets up to this moment join this head.")
    merged = models.PositiveIntegerField(default=0)
    repeats = models.PositiveIntegerField(default=1, help_text="How often its subject fired within the group.")
    state = models.CharField(max_length=12, choices=State, default=State.NEW)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    acknowledged_by_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    assigned_user_id = models.UUIDField(null=True)
    assigned_unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    assigned_to = models.CharField(max_length=200, blank=True)
    shelved_until = models.DateTimeField(null=True)
    shelved_by = models.CharField(max_length=150, blank=True)
    shelved_reason = models.CharField(max_length=500, blank=True)
    incident_id = models.UUIDField(null=True)
    incident_number = models.CharField(max_length=20, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    outcome_note = models.CharField(max_length=1000, blank=True)
    silent = models.BooleanField(default=False, help_text="Raised within a maintenance window: nobody was told.")
    calls = models.PositiveSmallIntegerField(default=0, help_text="How often people began to be told anew.")
    simulated = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    handled_revision = models.PositiveIntegerField(
        default=0, help_text="The revision that a person's last action made."
    )

    class Meta:
        ordering = ("-raised_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["family", "subject", "onset_ms"], name="alert_once_per_occurrence"),
            models.UniqueConstraint(
                fields=["family", "subject"], condition=Q(cleared_at=None), name="alert_one_uncleared_per_subject"
            ),
            models.CheckConstraint(condition=~Q(head=models.F("id")), name="alert_not_its_own_head"),
        ]
        indexes = [
            models.Index(fields=["-raised_at", "-id"], condition=Q(closed_at=None, head=None), name="alert_queue_open"),
            models.Index(fields=["-raised_at", "-id"], condition=Q(head=None), name="alert_queue_all"),
            models.Index(fields=["unit", "-raised_at"], name="alert_by_unit"),
            models.Index(fields=["territory", "-raised_at"], name="alert_by_territory"),
            models.Index(fields=["family", "group_key", "-raised_at"], name="alert_by_group"),
            models.Index(fields=["subject", "-raised_at"], name="alert_by_subject"),
            models.Index(fields=["due_at"], condition=Q(state="new", overdue_at=None), name="alert_due"),
            models.Index(fields=["shelved_until"], condition=Q(state="shelved"), name="alert_shelved"),
            models.Index(fields=["incident_id"], condition=Q(incident_id__isnull=False), name="alert_by_incident"),
            models.Index(fields=["arrived_at"], name="alert_by_arrival"),
            models.Index(
                fields=["raised_at"], condition=Q(silent=True, state="new", cleared_at=None), name="alert_silent_now"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AlertEvent(models.Model):
    """What happened to an alert, by the data or by a person; `kind` and `facts` make the sentence, `note` is a person's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alert = models.ForeignKey(Alert, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    by = models.CharField(max_length=150, blank=True)
    by_id = models.UUIDField(null=True)
    note = models.CharField(max_length=1000, blank=True)
    facts = models.JSONField(default=dict)
    key = models.CharField(max_length=60, null=True, help_text="Of a transition, so that it stands here once.")

    class Meta:
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["alert", "key"], name="alert_event_once")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.kind}"


class AlertSeen(models.Model):
    """That a person has looked at an alert as it was at `revision`."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="seen")
    user_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "alert"], name="alert_seen_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.alert_id}"


class AlertUndo(models.Model):
    """What a bulk action changed, as it was before, so that it can be taken back for a few minutes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    by_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    until = models.DateTimeField()
    action = models.CharField(max_length=20)
    before = models.JSONField(
        help_text="Per alert: id, revision after the action, and the changed fields as they were."
    )
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"


class MaintenanceWindow(models.Model):
    """A time in which an asset, the assets of a unit, or a rule may fire without anybody being told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", help_text="Who decided it.")
    asset_code = models.CharField(max_length=64, blank=True)
    family = models.CharField(max_length=80, blank=True)
    whole_unit = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-starts_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=models.F("starts_at")), name="maintenance_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(whole_unit=True) | ~Q(asset_code="") | ~Q(family=""), name="maintenance_of_something"
            ),
        ]
        indexes = [models.Index(fields=["ends_at"], name="maintenance_by_end")]

    def __str__(self) -> str:
        return f"{self.asset_code or self.family or self.unit_id} {self.starts_at:%Y-%m-%d %H:%M}"
