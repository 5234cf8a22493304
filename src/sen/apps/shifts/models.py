"""Posts, duties on them, swaps, sign-ins; escalation chains and how far each running one is; hand-overs with their lines."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class Post(models.Model):
    """A place of a unit that somebody has to hold (chỗ trực). `role` is the access role that its holder answers alerts in."""

    class Kind(models.TextChoices):
        DUTY = "duty", _("Trực tại chỗ")
        LEAD = "lead", _("Trưởng ca")
        ON_CALL = "on_call", _("Trực gọi")

    class Pattern(models.TextChoices):
        THREE = "3x8", _("3 ca, mỗi ca 8 giờ")
        TWO = "2x12", _("2 ca, mỗi ca 12 giờ")
        OFFICE = "office", _("Giờ hành chính")
        NIGHTS = "nights", _("Ngoài giờ hành chính")
        DAY = "day", _("Cả ngày, 24 giờ")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.DUTY)
    role = models.CharField(max_length=30)
    pattern = models.CharField(max_length=10, choices=Pattern, default=Pattern.THREE)
    starts = models.TimeField(help_text="When the first turn of a day begins, local time.")
    needed = models.PositiveSmallIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("order", "name", "id")

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """One person on one post from a moment to another."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="duties")
    person = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    turn = models.CharField(max_length=40, help_text="Name of the turn, such as Ca sáng.")
    note = models.CharField(max_length=200, blank=True)
    simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ("starts_at", "post__order", "id")
        constraints = [
            models.UniqueConstraint(fields=["post", "person", "starts_at"], name="duty_once"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="duty_ends_after_start"),
        ]
        indexes = [models.Index(fields=["post", "starts_at", "ends_at"], name="duty_by_time")]

    def __str__(self) -> str:
        return f"{self.turn} {self.starts_at:%Y-%m-%d}"


class RosterEdit(models.Model):
    """One change of a roster, whole: what it put in and what it took out, so that it can be taken back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    words = models.CharField(max_length=200)
    added = models.JSONField(default=list)
    removed = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.words


class Swap(models.Model):
    """A wish to give a duty to a colleague, or to exchange it for one of theirs; it happens when they consent."""

    class State(models.TextChoices):
        ASKED = "asked", _("Chờ đồng ý")
        AGREED = "agreed", _("Đã đồng ý")
        REFUSED = "refused", _("Từ chối")
        WITHDRAWN = "withdrawn", _("Đã rút")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    duty = models.ForeignKey(Duty, models.CASCADE, related_name="swaps")
    colleague = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    in_return = models.ForeignKey(Duty, models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at",)
        constraints = [
            models.UniqueConstraint(fields=["duty"], condition=models.Q(state="asked"), name="swap_one_open_per_duty")
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} → {self.colleague_id}"


class Attendance(models.Model):
    """That somebody took up a duty, and until when."""

    duty = models.OneToOneField(Duty, models.CASCADE, primary_key=True, related_name="attendance")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.duty_id} {self.began_at:%Y-%m-%d %H:%M}"


class Mute(models.Model):
    """The sound of a person's console switched off for the rest of a shift at most, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    person = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-since",)

    def __str__(self) -> str:
        return f"{self.person_id} {self.since:%Y-%m-%d %H:%M}"


class ChainVersion(models.Model):
    """Whom alerts of a unit and severity reach, level after level, from a moment on. An empty severity holds for all others."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    severity = models.CharField(max_length=10, blank=True)
    valid_from = models.DateTimeField()
    levels = models.JSONField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-valid_from", "-made_at")
        indexes = [models.Index(fields=["unit", "severity", "valid_from"], name="chain_in_force")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.severity} {self.valid_from:%Y-%m-%d}"


class RunningChain(models.Model):
    """An alert or a dispatch on its way up, with the levels as they were when it began."""

    class State(models.TextChoices):
        RUNNING = "running", _("Đang chờ ghi nhận")
        STOPPED = "stopped", _("Đã dừng")
        ENDED = "ended", _("Đã hết bậc")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=150, unique=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    severity = models.CharField(max_length=10)
    about = models.CharField(max_length=150)
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    drill = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    levels = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    next_level = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-started_at",)
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(state="running"), name="chain_due"),
            models.Index(fields=["unit", "started_at"], name="chain_of_unit"),
        ]

    def __str__(self) -> str:
        return self.key


class ChainStep(models.Model):
    """One level of a running chain that was reached: who was told, or why nobody. The key makes it happen once."""

    chain = models.ForeignKey(RunningChain, models.CASCADE, related_name="steps")
    level = models.PositiveSmallIntegerField()
    to = models.CharField(max_length=20)
    at = models.DateTimeField()
    person_ids = ArrayField(models.UUIDField(), default=list)
    names = ArrayField(models.CharField(max_length=150), default=list)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("level",)
        constraints = [models.UniqueConstraint(fields=["chain", "level"], name="chain_level_once")]

    def __str__(self) -> str:
        return f"{self.chain_id} {self.level}"


from sen.apps.shifts.handover_models import Handover, HandoverLine, Promise  # noqa: E402, F401 - Django looks for models here
