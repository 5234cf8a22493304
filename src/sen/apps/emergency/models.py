"""Contacts in the order in which they are called, resources, household groups, broadcasts with who confirmed, declared emergencies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class Hazard(models.TextChoices):
    """What it is about; the codes of incidents."""

    FLOOD = "flood", _("Lũ, ngập, triều cường")
    STORM = "storm", _("Bão, giông lốc")
    SALINITY = "salinity", _("Xâm nhập mặn")
    AIR = "air", _("Ô nhiễm không khí")
    WATER = "water", _("Nguồn nước")
    FIRE = "fire", _("Cháy nổ")
    HEALTH = "health", _("Dịch bệnh")
    OTHER = "other", _("Khác")


class Contact(models.Model):
    """Somebody who is called in an emergency. Name and phone are basic personal data: masked by role, unmasking is audited."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=64, unique=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    office = models.CharField(max_length=150, help_text="What the person is there for: `Chỉ huy trưởng Ban CHQS xã`.")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    user = models.ForeignKey("access.User", models.SET_NULL, null=True, blank=True, related_name="+")
    order = models.PositiveIntegerField(default=1, help_text="Who is called first within the unit.")
    deputy_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="deputies")
    called_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="calls")
    simulated = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ("unit__code", "order", "code")

    def __str__(self) -> str:
        return self.code


class Resource(models.Model):
    """A force, vehicle, stock or place that can be called upon, where it is, and whether it is ready."""

    class Kind(models.TextChoices):
        """What it is, broadly."""

        FORCE = "force", _("Lực lượng")
        VEHICLE = "vehicle", _("Phương tiện")
        STOCK = "stock", _("Vật tư")
        PLACE = "place", _("Địa điểm")

    class State(models.TextChoices):
        """Whether it can be used."""

        READY = "ready", _("Sẵn sàng")
        IN_USE = "in_use", _("Đang dùng")
        BROKEN = "broken", _("Hỏng, không dùng được")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=64, unique=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    territory = models.ForeignKey("organisations.Unit", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind)
    type = models.CharField(
        max_length=60, blank=True, help_text="Trường học, bệnh viện, nơi tránh trú, trạm bơm, xuồng, …"
    )
    quantity = models.FloatField(default=1)
    measure = models.CharField(max_length=30, blank=True, help_text="người, chiếc, bao, chỗ, …")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    contact_name = models.CharField(max_length=150, blank=True)
    contact_phone = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    state_at = models.DateTimeField()
    state_note = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200)
    as_of = models.DateField()
    simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ("kind", "name")

    def __str__(self) -> str:
        return self.code


class HouseholdGroup(models.Model):
    """The households of a hamlet, as figures at a point: no person is named."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=64, unique=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", help_text="The commune.")
    name = models.CharField(max_length=200)
    lon = models.FloatField()
    lat = models.FloatField()
    households = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    elderly = models.PositiveIntegerField(default=0)
    children = models.PositiveIntegerField(default=0)
    disabled = models.PositiveIntegerField(default=0)
    poor_households = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=200)
    as_of = models.DateField()
    simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ("unit__code", "name")

    def __str__(self) -> str:
        return self.code


class BulletinTemplate(models.Model):
    """Words of a bulletin with `{placeholders}` (bulletins.PLACEHOLDERS)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=64, unique=True)
    hazard = models.CharField(max_length=10, choices=Hazard)
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=200)
    words = models.TextField()
    severity = models.CharField(max_length=8, default="warning")
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("hazard", "code")

    def __str__(self) -> str:
        return self.code


class Broadcast(models.Model):
    """Words to people of the contact tree, who confirm. `state` moves draft → approved → sent → closed."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("Bản thảo")
        APPROVED = "approved", _("Đã duyệt")
        SENT = "sent", _("Đã phát")
        CLOSED = "closed", _("Đã kết thúc")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", help_text="Who speaks.")
    to_units = models.JSONField(default=list, help_text="Units whose contacts are told, by code.")
    first_only = models.BooleanField(default=False, help_text="The first of each unit instead of all.")
    hazard = models.CharField(max_length=10, choices=Hazard, default=Hazard.OTHER)
    severity = models.CharField(max_length=8, default="serious")
    title = models.CharField(max_length=200)
    words = models.TextField()
    bulletin = models.ForeignKey(BulletinTemplate, models.PROTECT, null=True, related_name="+")
    area = models.JSONField(null=True, help_text="What was drawn, as `affected.Area`.")
    figures = models.JSONField(null=True, help_text="Who was affected when it was written.")
    drill = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    remind_minutes = models.PositiveIntegerField(default=10)
    escalate_minutes = models.PositiveIntegerField(default=20)
    key = models.CharField(max_length=100, unique=True, null=True, help_text="Makes asking twice harmless.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return self.number


class BroadcastPerson(models.Model):
    """A contact who was told, and whether and how they confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    broadcast = models.ForeignKey(Broadcast, models.CASCADE, related_name="people")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    instead_of = models.ForeignKey("self", models.CASCADE, null=True, related_name="deputies_told")
    told_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("contact__unit__code", "contact__order", "id")
        constraints = [models.UniqueConstraint(fields=["broadcast", "contact"], name="broadcast_person_once")]

    def __str__(self) -> str:
        return f"{self.broadcast_id} {self.contact_id}"


class Declaration(models.Model):
    """An emergency declared for a unit and what stands below it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    hazard = models.CharField(max_length=10, choices=Hazard)
    reason = models.CharField(max_length=300)
    drill = models.BooleanField(default=False)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    end_note = models.CharField(max_length=500, blank=True)
    wall_batch = models.UUIDField(null=True)
    wall_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-declared_at",)
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=models.Q(ended_at=None), name="declaration_one_per_unit")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.hazard}"
