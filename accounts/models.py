"""User accounts and what their sign-in needs. Readers have no account."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.i18n.languages import language_choices
from core.vocabularies import CreditKind


class UserManager(BaseUserManager["User"]):
    """Creates users, who are identified by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Create a user. Without a password the account can't sign in until one is set."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Create a user with all permissions."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail's media have untyped managers
    """A user account, identified by an e-mail address (case-insensitive)."""

    username = None  # type: ignore[assignment]  # how Django documents leaving a field out
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("A user with this e-mail address already exists.")},
    )

    credit_name = models.CharField(
        _("public name"),
        max_length=100,
        blank=True,
        help_text=_(
            "Shown as the translator of the texts that you translate, from the next time that they are "
            "published: your own name or that of your organisation. If empty, the translator is not named."
        ),
    )
    credit_kind = models.CharField(
        _("this name belongs to"), max_length=12, choices=CreditKind, default=CreditKind.PERSON
    )

    language = models.CharField(
        _("language of mails and of the desk"), max_length=10, choices=language_choices, blank=True
    )
    # How often all sessions were ended. Part of the session hash: what has been ended stays ended.
    session_generation = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]  # not Django's own manager

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_case_insensitive",
                violation_error_message=_("A user with this e-mail address already exists."),
            )
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def _get_session_auth_hash(self, secret=None):
        """Django's hash of the password, which a session keeps, with the generation of the sessions."""
        value = f"{self.password}|{self.session_generation}"
        return salted_hmac("accounts.models.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class EmailLink(models.Model):
    """A link that was e-mailed to a person: it works once, until it expires. Only a hash of its token is stored.

    `accounts.links` makes and uses it.
    """

    class Purpose(models.TextChoices):
        SIGN_IN = "sign-in", _("Sign in")
        INVITATION = "invitation", _("Accept an invitation")
        STAFF_INVITATION = "staff-invitation", _("Accept an invitation of the secretariat")

    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hexadecimal")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("e-mailed link")
        verbose_name_plural = _("e-mailed links")

    def __str__(self):
        return f"{self.purpose} {self.pk}"


class LinkRequest(models.Model):
    """Somebody asked for a link to sign in. The worker looks up the address, so that the answer tells nothing.

    Deleted as soon as it is done.
    """

    email = models.EmailField()
    language = models.CharField(max_length=10)
    next_url = models.CharField(max_length=500, blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("request for a link")
        verbose_name_plural = _("requests for links")

    def __str__(self):
        return str(self.pk)


class Attempt(models.Model):
    """One try of something that is limited, for example a password. `accounts.limits` inserts, then counts."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=64, help_text="A keyed hash of the account or network address")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "key", "at"])]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self):
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class RecoveryCode(models.Model):
    """A code that replaces the second factor once. Only a hash of it is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=128)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")

    def __str__(self):
        return str(self.pk)
