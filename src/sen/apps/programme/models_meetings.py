"""Meetings: agenda, who was there, what was decided on the spot, the conclusion and the tasks that came of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sen.apps.programme.choices import MeetingState
from sen.kernel.identifiers import uuid7


class Meeting(models.Model):
    """A meeting of a unit or committee. `conclusion` is the text of its notice; its tasks have the meeting's number as their origin.

    `current` is the point that is being talked about: what everybody sees who follows the meeting mode.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=300)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    item = models.ForeignKey("programme.ProgrammeItem", models.SET_NULL, null=True, blank=True, related_name="meetings")
    chair = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    conclusion = models.TextField(blank=True)
    conclusion_number = models.CharField(max_length=100, blank=True)
    conclusion_on = models.DateField(null=True, blank=True)
    simulated = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)
    current = models.ForeignKey("programme.AgendaItem", models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-starts_at", "-number")

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class AgendaItem(models.Model):
    """One thing to talk about. `tasks` are the numbers of tasks and `figures` the codes of indicators that are looked at with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    position = models.PositiveIntegerField()
    words = models.CharField(max_length=500)
    presenter = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=0)
    tasks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    figures = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    done = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["meeting", "position"], name="agenda_item_once")]

    def __str__(self) -> str:
        return self.words[:60]


class Attendance(models.Model):
    """Who is asked to come, and whether they did; None while nobody said."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=200)
    present = models.BooleanField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.words


class Decision(models.Model):
    """What was decided on the spot: words alone, or words with a unit, and then it is a task at once. `key` once per meeting page."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions")
    agenda = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="decisions")
    key = models.CharField(max_length=60, unique=True, null=True, blank=True)
    words = models.CharField(max_length=1000)
    lead = models.ForeignKey("organisations.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    due = models.DateField(null=True, blank=True)
    task = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("made_at",)

    def __str__(self) -> str:
        return self.words[:60]
