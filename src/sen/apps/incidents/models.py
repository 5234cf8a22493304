"""Incidents and the work on them: steps of the procedure, dispatches, the situation log, files, merging and splitting.

Public messages live in models_messages.py, closing reviews and lessons in models_review.py.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sen.apps.incidents.choices import RUNNING, DispatchState, Kind, Origin, ReviewState, Severity, State, StepState
from sen.apps.incidents.models_messages import PublicMessage
from sen.apps.incidents.models_review import Lesson, Review
from sen.kernel.identifiers import uuid7

__all__ = [
    "Attachment",
    "Dispatch",
    "Incident",
    "Lesson",
    "LogEntry",
    "Numbering",
    "PublicMessage",
    "Rearrangement",
    "Review",
    "StepRun",
]


class Numbering(models.Model):
    """The last number given per series (`SC-2026`, drills `DT-2026`); the row is locked while a number is given."""

    series = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Incident(models.Model):
    """One incident or drill.

    `procedure` is the content of the response procedure as it was when chosen, so that later versions change nothing.
    `facts` fill the procedure's texts. The moments from `detected_at` to `closed_at` are the clocks of the review.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(_("Số"), max_length=20, unique=True)
    key = models.CharField(max_length=100, unique=True, null=True, help_text="The same key opens only one incident.")
    kind = models.CharField(_("Loại sự cố"), max_length=20, choices=Kind)
    title = models.CharField(_("Tên sự cố"), max_length=200)
    description = models.TextField(_("Diễn biến ban đầu"), max_length=4000, blank=True)
    severity = models.CharField(_("Mức độ"), max_length=10, choices=Severity)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    review_state = models.CharField(max_length=6, choices=ReviewState, default=ReviewState.NONE)
    lead_unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    territory = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    place = models.CharField(_("Địa điểm"), max_length=300, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    origin_reference = models.CharField(max_length=100, blank=True, help_text="Number of the alert or report.")
    reporter_name = models.CharField(max_length=150, blank=True, help_text="Personal data.")
    reporter_phone = models.CharField(max_length=30, blank=True, help_text="Personal data.")
    procedure_code = models.CharField(max_length=64, blank=True)
    procedure_template = models.UUIDField(null=True)
    procedure_version = models.PositiveIntegerField(null=True)
    procedure_label = models.CharField(max_length=100, blank=True)
    procedure = models.JSONField(null=True)
    facts = models.JSONField(default=dict)
    drill = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    detected_at = models.DateTimeField(null=True)
    alert_acknowledged_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    opened_by_id = models.UUIDField(null=True)
    dispatched_at = models.DateTimeField(null=True, help_text="The first dispatch.")
    answered_at = models.DateTimeField(null=True, help_text="The first acknowledgement of a dispatch.")
    contained_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    closing_words = models.CharField(max_length=2000, blank=True)
    status_words = models.CharField(_("Tình hình cho lãnh đạo"), max_length=2000, blank=True)
    status_next = models.CharField(_("Quyết định cần có"), max_length=1000, blank=True)
    status_at = models.DateTimeField(null=True)
    status_by = models.CharField(max_length=150, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="split_off")
    updated_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-opened_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(lon=None, lat=None) | Q(lon__range=(-180, 180), lat__range=(-90, 90)),
                name="incident_point_whole",
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="incident_not_into_itself"),
        ]
        indexes = [
            models.Index(fields=["lead_unit", "state"], name="incident_by_lead"),
            models.Index(fields=["territory", "state"], name="incident_by_territory"),
            models.Index(fields=["opened_at"], condition=Q(state__in=RUNNING), name="incident_running"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def running(self) -> bool:
        """Whether clocks run and work can be done."""
        return self.state in RUNNING


class StepRun(models.Model):
    """One step of the incident's procedure at work. `due_at` is computed once, when the step's turn comes, and kept.

    `by_branch`: skipped because an answer led elsewhere. `escalation` counts who was told that it is late, `escalate_at` says
    when the next is told. `undo_until`: until when a tick can be taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=64)
    words = models.CharField(max_length=1000)
    words_en = models.CharField(max_length=1000, blank=True)
    role = models.CharField(max_length=30)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()
    working_time = models.BooleanField(default=False)
    after = ArrayField(models.CharField(max_length=64), default=list)
    when_step = models.CharField(max_length=64, blank=True)
    when_answer = models.CharField(max_length=64, blank=True)
    optional = models.BooleanField(default=False)
    added = models.BooleanField(default=False, help_text="Not of the procedure: added in this incident.")
    state = models.CharField(max_length=8, choices=StepState, default=StepState.WAITING)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, blank=True)
    done_by_id = models.UUIDField(null=True)
    undo_until = models.DateTimeField(null=True)
    answer = models.CharField(max_length=64, blank=True)
    form_code = models.CharField(max_length=64, blank=True)
    form = models.JSONField(null=True, help_text="The fields as they were when it was filled.")
    form_data = models.JSONField(default=dict)
    note = models.CharField(max_length=2000, blank=True)
    skip_reason = models.CharField(max_length=1000, blank=True)
    by_branch = models.BooleanField(default=False)
    escalation = models.PositiveSmallIntegerField(default=0)
    escalate_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["incident", "code"], name="step_once_per_incident")]
        indexes = [
            models.Index(fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="step_to_escalate")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class Dispatch(models.Model):
    """A unit or a person called upon. `attempt` counts sendings: each has notifications of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="dispatches")
    step = models.ForeignKey(StepRun, models.SET_NULL, null=True, related_name="dispatches")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, related_name="+")
    user_id = models.UUIDField(null=True)
    person = models.CharField(max_length=150, blank=True)
    words = models.TextField(max_length=2000)
    state = models.CharField(max_length=12, choices=DispatchState, default=DispatchState.SENT)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=150)
    sent_by_id = models.UUIDField(null=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    ack_minutes = models.PositiveIntegerField()
    ack_due_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    arrived_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=2000, blank=True)
    recalled_at = models.DateTimeField(null=True)
    recall_reason = models.CharField(max_length=1000, blank=True)
    escalation = models.PositiveSmallIntegerField(default=0)
    escalate_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("sent_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) | Q(user_id__isnull=False), name="dispatch_to_somebody"
            )
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="dispatch_by_unit"),
            models.Index(fields=["user_id"], condition=Q(user_id__isnull=False), name="dispatch_by_person"),
            models.Index(fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="dispatch_to_escalate"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.unit_id or self.person}"


class LogEntry(models.Model):
    """A line of the situation log; the database refuses to change or delete one. A mistake is put right by a new line.

    `kind` and `facts` make the sentence in the reader's language (phrases.py); `words` is what a person wrote.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="log")
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    words = models.TextField(max_length=4000, blank=True)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=150, blank=True)
    by_id = models.UUIDField(null=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["incident", "at"], name="log_by_incident")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.kind}"


class Attachment(models.Model):
    """A file of an incident; the bytes are kept by the files app. Withdrawn ones stay listed with their reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="attachments")
    file_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.name


class Rearrangement(models.Model):
    """A merge of `source` into `target`, or a split of `target` off `source`, with what moved, so that it can be undone."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("Nhập sự cố")
        SPLIT = "split", _("Tách sự cố")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=5, choices=Kind)
    source = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    target = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    reason = models.CharField(max_length=1000, blank=True)
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id} {self.target_id}"
