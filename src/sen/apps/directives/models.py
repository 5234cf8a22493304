"""Directives (what assigned work), the tasks that came of them, and everything that happened to a task."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sen.apps.directives.choices import ExtensionState, Origin, Workflow
from sen.kernel.identifiers import uuid7


class Numbering(models.Model):
    """The last number given in a series (`NV-2026`)."""

    series = models.CharField(primary_key=True, max_length=20)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Directive(models.Model):
    """What assigned tasks. `number`: number and symbol as printed, `19/TB-UBND`. `text`: as read; evidence counts its characters.

    `unit` is in whose name the tasks were given. `key`: the same key never makes two. `origin_reference`: the number of the incident,
    meeting or inspection behind it. `undone_at`: taken back as a whole before anybody worked on it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=150, unique=True, null=True)
    number = models.CharField(max_length=100, blank=True)
    title = models.CharField(max_length=500)
    issuer = models.CharField(max_length=200, blank=True)
    issued = models.DateField(null=True)
    received = models.DateField(null=True)
    signer = models.CharField(max_length=150, blank=True)
    origin = models.CharField(max_length=10, choices=Origin)
    origin_reference = models.CharField(max_length=100, blank=True)
    document_id = models.UUIDField(null=True, db_index=True)
    file_id = models.UUIDField(null=True)
    text = models.TextField(blank=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    simulated = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    made_by_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = [
            models.Index(fields=["origin", "origin_reference"], name="directive_origin"),
            models.Index(fields=["-made_at", "-id"], name="directive_newest"),
        ]

    def __str__(self) -> str:
        return self.number or self.title[:60]


class Task(models.Model):
    """One piece of work of one leading unit. Several leads of one passage are several tasks with the same `group`.

    `first_deadline` never changes; `deadline` is the one in force. `judged_on`: the day on which the work stood still (reported done,
    completed, paused), None while the clock runs. `chase_at`: when the unit is reminded next, `chase_step` which reminder that is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    directive = models.ForeignKey(Directive, models.PROTECT, related_name="tasks")
    group = models.UUIDField(db_index=True)
    position = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=2000)
    folded = models.TextField(editable=False, default="")
    lead = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    cooperating = models.ManyToManyField("organisations.Unit", related_name="+")
    cooperating_words = models.CharField(max_length=1000, blank=True)
    assigned_by = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    deadline = models.DateField(null=True)
    first_deadline = models.DateField(null=True)
    deadline_words = models.CharField(max_length=500, blank=True)
    evidence_start = models.PositiveIntegerField(null=True)
    evidence_end = models.PositiveIntegerField(null=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="sub_tasks")
    transferred_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="transferred_to")
    workflow = models.CharField(max_length=20, choices=Workflow, default=Workflow.ASSIGNED)
    before_pause = models.CharField(max_length=20, blank=True)
    percent = models.PositiveSmallIntegerField(default=0)
    last_progress = models.CharField(max_length=2000, blank=True)
    last_progress_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=2000, blank=True)
    judged_on = models.DateField(null=True)
    reported_by_id = models.UUIDField(null=True)
    completed_at = models.DateTimeField(null=True)
    chase_at = models.DateTimeField(null=True)
    chase_step = models.IntegerField(default=0)
    reminded = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    simulated = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("number",)
        indexes = [
            models.Index(fields=["lead", "workflow", "deadline"], name="task_of_unit"),
            models.Index(fields=["workflow", "deadline"], name="task_by_deadline"),
            models.Index(fields=["assigned_by", "workflow"], name="task_of_assigner"),
            models.Index(fields=["chase_at"], condition=Q(chase_at__isnull=False), name="task_to_chase"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="task_percent"),
            models.CheckConstraint(
                condition=~Q(workflow=Workflow.COMPLETED) | Q(judged_on__isnull=False, completed_at__isnull=False),
                name="task_completed_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class TaskEvent(models.Model):
    """A line of a task's history: what happened, when, by whom. Added, never changed; `facts` complete the sentence of `kind`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(Task, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=30)
    words = models.CharField(max_length=2000, blank=True)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=150, blank=True)
    by_id = models.UUIDField(null=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class Extension(models.Model):
    """A wish for more time, and what was decided. At most one of a task waits at a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="extensions")
    from_deadline = models.DateField()
    to_deadline = models.DateField()
    reason = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150, blank=True)
    asked_by_id = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decision = models.CharField(max_length=2000, blank=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(state=ExtensionState.ASKED), name="one_extension_waits"
            ),
            models.CheckConstraint(condition=Q(to_deadline__gt=models.F("from_deadline")), name="extension_later"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.to_deadline}"


class Progress(models.Model):
    """What a unit says of its work: how far, in its own words, with files as evidence."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="progress")
    at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=2000)
    files = ArrayField(models.UUIDField(), default=list)
    completes = models.BooleanField(default=False)
    by = models.CharField(max_length=150, blank=True)
    by_id = models.UUIDField(null=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.percent} %"


class ChaseSettings(models.Model):
    """How units are reminded from a day on (chasing.py reads `content`); rows are added, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    valid_from = models.DateField(unique=True)
    content = models.JSONField()
    source = models.CharField(max_length=500)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("-valid_from",)

    def __str__(self) -> str:
        return f"{self.valid_from}"


class Bulk(models.Model):
    """What was done to many tasks at once and can be taken back: the reminders or assignments of one press of a button."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    action = models.CharField(max_length=20)
    before = models.JSONField()
    made_at = models.DateTimeField()
    made_by_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.action


class Intake(models.Model):
    """A document that was read and waits for a person to confirm its tasks. Proposals are read anew from `text` each time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    text = models.TextField()
    file_id = models.UUIDField(null=True)
    file_name = models.CharField(max_length=255, blank=True)
    document_id = models.UUIDField(null=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    title = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    made_by_id = models.UUIDField(null=True)
    directive = models.ForeignKey(Directive, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.title or str(self.pk)
