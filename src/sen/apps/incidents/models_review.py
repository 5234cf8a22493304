"""Closing reviews and the lessons that come out of them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from sen.apps.incidents.choices import LessonKind, LessonState
from sen.kernel.identifiers import uuid7


class Review(models.Model):
    """What an incident taught. `figures`: delays, in seconds, and steps, as they were when it was finished."""

    incident = models.OneToOneField("incidents.Incident", models.CASCADE, primary_key=True, related_name="review")
    what_happened = models.TextField(max_length=8000, blank=True)
    causes = ArrayField(models.CharField(max_length=20), default=list)
    cause_words = models.TextField(max_length=4000, blank=True)
    went_well = models.TextField(max_length=4000, blank=True)
    to_improve = models.TextField(max_length=4000, blank=True)
    figures = models.JSONField(null=True)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=150)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=150, blank=True)
    revision = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.incident_id)


class Lesson(models.Model):
    """One thing that has to change, with who changes it until when. `template_id`: whose draft holds the change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="lessons")
    words = models.CharField(max_length=1000)
    kind = models.CharField(max_length=8, choices=LessonKind)
    owner_unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=LessonState, default=LessonState.OPEN)
    template_id = models.UUIDField(null=True)
    template_name = models.CharField(max_length=200, blank=True)
    template_revision = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    result = models.CharField(max_length=2000, blank=True)
    chased = models.PositiveSmallIntegerField(default=0)
    chase_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("due_on", "id")
        indexes = [models.Index(fields=["chase_at"], condition=Q(chase_at__isnull=False), name="lesson_to_chase")]

    def __str__(self) -> str:
        return self.words[:60]
