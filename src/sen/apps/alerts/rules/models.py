"""Rules switched on in units, each version that was in force, tests over past data, and what holds of record and forecast rules."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class RuleActivation(models.Model):
    """A unit's decision about one template of kind `rule`: on or off, and who answers for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    template = models.ForeignKey("packs.Template", models.PROTECT, related_name="+")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("Đơn vị"))
    on = models.BooleanField(default=False)
    owner_role = models.CharField(max_length=30, blank=True, help_text="A role of the unit; empty where a person is.")
    owner = models.ForeignKey("access.User", models.PROTECT, related_name="+", null=True, blank=True)
    simulated_only = models.BooleanField(default=False, help_text="Watches simulated assets alone.")
    watch_from = models.DateTimeField(null=True, blank=True, help_text="From when on the data is judged.")
    switched_at = models.DateTimeField(null=True, blank=True)
    switched_by = models.CharField(max_length=150, blank=True)
    untested_reason = models.CharField(max_length=500, blank=True, help_text="Why it was switched on without a test.")
    waiting = models.CharField(max_length=500, blank=True, help_text="Why it is on and nothing of it is in force.")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("template", "unit"), name="alerts_activation_once_per_unit"),)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.template_id} {'on' if self.on else 'off'}"


class RuleInForceRow(models.Model):
    """What was judged from one moment to another. Never changed but for `until`, which closes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    activation = models.ForeignKey(RuleActivation, models.PROTECT, related_name="in_force")
    template = models.ForeignKey("packs.Template", models.PROTECT, related_name="+")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField()
    label = models.CharField(max_length=40, blank=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text="Of everything that makes it another one.")
    owner_role = models.CharField(max_length=30, blank=True)
    owner = models.ForeignKey("access.User", models.PROTECT, related_name="+", null=True, blank=True)
    simulated_only = models.BooleanField(default=False)
    watch_from = models.DateTimeField()
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("activation",), condition=models.Q(until=None), name="alerts_one_in_force_per_activation"
            ),
        )
        indexes = (models.Index(fields=("template", "-made_at"), name="alerts_in_force_by_template"),)

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class RulesVersion(models.Model):
    """One row; its number is another one whenever other rules are in force or watch other units.."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)
    settings_version = models.BigIntegerField(
        default=0, help_text="Of the templates when this was last brought up to date."
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(max_length=64, blank=True, help_text="Digest of which rule watches which units.")

    class Meta:
        constraints = (models.CheckConstraint(name="alerts_single_rules_row", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return str(self.version)


class RuleTestRow(models.Model):
    """A rule tried on past data before it is switched on; kept with the content that was tried."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ chạy")
        RUNNING = "running", _("Đang chạy")
        DONE = "done", _("Xong")
        CANCELLED = "cancelled", _("Đã dừng")
        FAILED = "failed", _("Không chạy được")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    template = models.ForeignKey("packs.Template", models.PROTECT, related_name="+", null=True, blank=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(null=True, blank=True, help_text="None = the draft.")
    content = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True, help_text="Of the content without its names.")
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.FloatField(default=0.0)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150)
    finished_at = models.DateTimeField(null=True, blank=True)
    rows_read = models.BigIntegerField(default=0)
    count = models.PositiveIntegerField(default=0)
    subjects = models.PositiveIntegerField(default=0)
    assets = models.PositiveIntegerField(default=0)
    chattering = models.JSONField(default=list)
    firings = models.JSONField(default=list)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        indexes = (models.Index(fields=("template", "unit", "-asked_at"), name="alerts_tests_by_rule"),)

    def __str__(self) -> str:
        return f"{self.template_id} {self.state}"


class RuleEpisode(models.Model):
    """From when to when a rule over records or a forecast held for one subject, so that a restart gives the same onset."""

    id = models.BigAutoField(primary_key=True)
    family = models.CharField(max_length=80)
    subject = models.CharField(max_length=200)
    rule = models.ForeignKey(RuleInForceRow, models.PROTECT, related_name="+")
    onset = models.DateTimeField()
    raised_at = models.DateTimeField(null=True, blank=True, help_text="None while it has not lasted long enough.")
    over_since = models.DateTimeField(null=True, blank=True, help_text="Since when it no longer holds.")
    cleared_at = models.DateTimeField(null=True, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("family", "subject"), condition=models.Q(cleared_at=None), name="alerts_one_episode_per_subject"
            ),
        )

    def __str__(self) -> str:
        return f"{self.family} {self.subject}"
