"""What was said to whom (Notification), over which carrier it went (Delivery), each try (Attempt), and what people chose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class Severity(models.TextChoices):
    """The packs' severities, the lightest first."""

    INFO = "info", _("Thông tin")
    NOTICE = "notice", _("Chú ý")
    WARNING = "warning", _("Cảnh báo")
    SERIOUS = "serious", _("Nghiêm trọng")


class State(models.TextChoices):
    """What became of a delivery; `read` and `acknowledged` come from the person, the others from the carrier."""

    QUEUED = "queued", _("Chờ gửi")
    SENT = "sent", _("Đã gửi")
    DELIVERED = "delivered", _("Đã tới")
    FAILED = "failed", _("Gửi lỗi, sẽ thử lại")
    UNDELIVERABLE = "undeliverable", _("Không gửi được")
    SUPPRESSED = "suppressed", _("Không gửi theo lựa chọn")
    READ = "read", _("Đã đọc")
    ACKNOWLEDGED = "acknowledged", _("Đã xác nhận")


class Notification(models.Model):
    """One thing to be told. The same `key` is the same notification, however often it is asked for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200, unique=True)
    about = models.CharField(max_length=120, blank=True, db_index=True, help_text="What it is about: `alert:<id>`.")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    severity = models.CharField(max_length=8, choices=Severity)
    drill = models.BooleanField(default=False)
    needs_ack = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_index=True)
    announced_at = models.DateTimeField(null=True, help_text="When open consoles were told; empty until then.")

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(announced_at=None), name="notification_unannounced")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"


class Delivery(models.Model):
    """One notification for one person over one carrier. Its id is the idempotency key that the carrier gets with every try."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    user = models.ForeignKey("access.User", models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=150, blank=True, help_text="Who it is for, where no account is.")
    # Basic personal data; only of people without an account, whose address stands nowhere else in this app.
    address = models.CharField(max_length=254, blank=True)
    carrier = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it is not delivered, in plain words.")
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, help_text="When to try (again); empty where nothing more is to be done.")
    joined_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="joined")
    carrier_reference = models.CharField(max_length=100, blank=True, db_index=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    person_ref = models.CharField(
        max_length=64, blank=True, help_text="Who this is in the caller's own list, for people without an account."
    )
    ack_code = models.CharField(
        max_length=24, unique=True, null=True, help_text="The last part of the link that confirms."
    )
    tried_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "carrier", "user", "address"],
                name="delivery_once_per_person",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["carrier", "due_at"], condition=models.Q(due_at__isnull=False), name="delivery_due"),
            models.Index(fields=["user", "carrier", "-sent_at"], name="delivery_of_person"),
            models.Index(fields=["user"], condition=models.Q(carrier="console", state="delivered"), name="delivery_unread"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.notification_id} {self.carrier} {self.state}"


class Attempt(models.Model):
    """One try of a delivery. A try without an end was cut off by a kill; the carrier knows by the key whether it had it."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("started_at", "id")

    def __str__(self) -> str:
        return f"{self.delivery_id} #{self.number}"


class PersonalSettings(models.Model):
    """From which severity each carrier is used for a person, and the hours in which only the highest breaks through."""

    user = models.OneToOneField("access.User", models.CASCADE, primary_key=True, related_name="+")
    carriers = models.JSONField(default=dict, help_text="Carrier → lowest severity, or `never`.")
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    sound = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user_id)


class Answer(models.Model):
    """A reply that a gateway reported (an SMS “1”), kept once by the gateway's own id, matched or not."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    carrier = models.CharField(max_length=16)
    reference = models.CharField(max_length=100)
    sender = models.CharField(max_length=254)
    text = models.CharField(max_length=500)
    received_at = models.DateTimeField()
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "reference"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.reference}"


class MissingRole(models.Model):
    """A role that a notification asked for and nobody held: shown as undeliverable instead of being lost in silence."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="missing")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.role}"
