"""Templates that a unit publishes and others inherit: draft, immutable versions, decisions and overrides of units, and how to undo them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sen.kernel.identifiers import uuid7


class Template(models.Model):
    """Something that units can take over. `content` is the draft; what others see are its versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    pack = models.CharField(max_length=64, blank=True, help_text="Code of the sector pack that it came with.")
    draft = models.JSONField()
    revision = models.PositiveIntegerField(
        default=1, help_text="Grows with every change of the draft and every version."
    )
    draft_by = models.CharField(max_length=150, blank=True)
    draft_at = models.DateTimeField()
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("owner", "kind", "code"), name="packs_template_once_per_owner"),)
        indexes = (models.Index(fields=("kind", "code"), name="packs_template_by_kind"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class TemplateVersion(models.Model):
    """What was published at one moment, for whom. A trigger refuses every change but a withdrawal."""

    class Rule(models.TextChoices):
        OWN = "own"
        ALL = "all"
        KINDS = "kinds"
        UNITS = "units"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    template = models.ForeignKey(Template, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    rule = models.CharField(max_length=10, choices=Rule.choices)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    unit_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    open_fields = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    mandatory = models.BooleanField(default=False)
    effective_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("template", "number")
        constraints = (models.UniqueConstraint(fields=("template", "number"), name="packs_version_once"),)

    def __str__(self) -> str:
        return f"{self.template_id} v{self.number}"


class Inheritance(models.Model):
    """What a unit decided about a template: the version it accepted, the newest that it declined. Kept after it left."""

    template = models.ForeignKey(Template, models.PROTECT, related_name="inheritances")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    accepted = models.PositiveIntegerField(null=True, blank=True, help_text="Empty while the unit does not inherit.")
    declined = models.PositiveIntegerField(null=True, blank=True)
    declined_reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("template", "unit"), name="packs_inheritance_once"),)
        indexes = (models.Index(fields=("unit",), name="packs_inheritance_by_unit"),)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.template_id} v{self.accepted}"


class Override(models.Model):
    """The value that a unit gives one field of a template, or (`removed`) an item that it leaves out."""

    template = models.ForeignKey(Template, models.PROTECT, related_name="overrides")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    path = models.CharField(max_length=300)
    value = models.JSONField(null=True, blank=True)
    removed = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("template", "unit", "path"), name="packs_override_once"),)
        indexes = (models.Index(fields=("unit",), name="packs_override_by_unit"),)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.path}"


class InheritanceChange(models.Model):
    """One decision with what was before and after it, so that it can be undone. Decisions made together share a `batch`."""

    class Action(models.TextChoices):
        CREATE = "create"
        PUBLISH = "publish"
        WITHDRAW = "withdraw"
        RETIRE = "retire"
        INHERIT = "inherit"
        ACCEPT = "accept"
        DECLINE = "decline"
        LEAVE = "leave"
        OVERRIDE = "override"
        RESET = "reset"
        UNDO = "undo"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    template = models.ForeignKey(Template, models.PROTECT, related_name="changes")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    action = models.CharField(max_length=10, choices=Action.choices)
    version = models.PositiveIntegerField(null=True, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=2000, blank=True)
    batch = models.UUIDField(null=True, blank=True, db_index=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    undoes = models.ForeignKey("self", models.PROTECT, related_name="undone_by", null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("template", "-id"), name="packs_change_by_template"),
            models.Index(fields=("unit", "-id"), name="packs_change_by_unit"),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.template_id} {self.unit_id}"


class SettingsVersion(models.Model):
    """One row; its number is another one after every write to templates, so that processes know when to read again.

    It comes from a sequence: a number that a rolled-back transaction has seen is never given again.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=1)

    class Meta:
        constraints = (models.CheckConstraint(name="packs_single_settings_row", condition=models.Q(id=1)),)

    def __str__(self) -> str:
        return str(self.version)
