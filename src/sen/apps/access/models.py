"""People who sign in, the tokens they made, and the count of failed sign-ins. Memberships live in organisations."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sen.kernel.identifiers import uuid7


class People(BaseUserManager["User"]):
    """Finds people by user name; everything that writes is in services.py."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person with an account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(
        _("Tên đăng nhập"),
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", _("Chỉ dùng chữ thường không dấu, số và . _ -"))],
    )
    full_name = models.CharField(_("Họ và tên"), max_length=150)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=5, default="vi", choices=[("vi", "Tiếng Việt"), ("en", "English")])
    theme = models.CharField(max_length=5, default="light", choices=[("light", _("Sáng")), ("dark", _("Tối"))])
    is_active = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True, blank=True, help_text="Last sign-in or session use, to the minute.")
    password_changed_at = models.DateTimeField(null=True, blank=True)

    objects = People()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name.rpartition(" ")[2]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.username = self.username.lower()
        super().save(*args, **kwargs)


class FormerPassword(models.Model):
    """Hashes of earlier passwords, so that the last ones are not used again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=256)
    replaced_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user_id)


class SignInFailures(models.Model):
    """Failed sign-ins in a row under one name, whether such a person exists or not; one row for all processes."""

    username = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.username}: {self.failures}"


class ApiToken(models.Model):
    """A token for programs that acts for its owner: never more than the owner may, never outside `unit`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    hash = models.CharField(max_length=64, unique=True, help_text="SHA-256; the token itself is shown once.")
    hint = models.CharField(max_length=12, help_text="First characters, so that the owner recognises it.")
    scopes = ArrayField(models.CharField(max_length=10))
    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class Invitation(models.Model):
    """A one-time link with which a person chooses a password; the account is made when they do, never before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey("organisations.Unit", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    full_name = models.CharField(max_length=150)
    username = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True, help_text="SHA-256; the link itself is shown once.")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invitations")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["username"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open_per_username",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.username} → {self.unit_id}"
