"""User accounts and what their sign-in needs. Readers have no account."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, ProtectedError
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.i18n.languages import language_choices
from core.vocabularies import CreditKind


class UserQuerySet(models.QuerySet["User"]):
    """Queries on users. Nobody is deleted, and whoever is deactivated loses sessions and links for good."""

    def update(self, **kwargs):
        if kwargs.get("is_active") is False:
            kwargs.setdefault("session_generation", F("session_generation") + 1)
            EmailLink.objects.filter(user__in=self.values("pk")).end()
        return super().update(**kwargs)

    def delete(self):
        raise _never_deleted(self)


def _never_deleted(people) -> ProtectedError:
    words = _("People are deactivated, never deleted: what they wrote keeps its author.")
    return ProtectedError(str(words), set(people))


class UserManager(BaseUserManager["User"]):
    """Creates users, who are identified by their e-mail address."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

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
    # As they were read from the database.
    stored_active: bool | None = None
    stored_email: str | None = None

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

    @classmethod
    def from_db(cls, db, field_names, values):
        """Remember what was read: a change of it ends sessions or links."""
        user = super().from_db(db, field_names, values)
        user.stored_active, user.stored_email = (user.__dict__.get(name) for name in ("is_active", "email"))
        return user

    def save(self, *args, **kwargs):
        """Save. A deactivation or a new e-mail address ends all sessions and links for good."""
        is_deactivated = self.stored_active is True and not self.is_active
        has_moved = self.stored_email not in {None, self.email}
        if is_deactivated or has_moved:
            self.session_generation += 1
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "session_generation"}
        super().save(*args, **kwargs)
        if is_deactivated or has_moved:
            EmailLink.objects.filter(user=self).end()
        self.stored_active, self.stored_email = self.is_active, self.email

    def delete(self, *args, **kwargs):
        """Refuse with ProtectedError: rows of others would go with this one, for example remarks."""
        raise _never_deleted([self])

    def _get_session_auth_hash(self, secret=None):
        """Django's hash of the password, which a session keeps, with the generation of the sessions."""
        value = f"{self.password}|{self.session_generation}"
        return salted_hmac("accounts.models.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class EmailLinkQuerySet(models.QuerySet["EmailLink"]):
    """Queries on e-mailed links."""

    def end(self) -> int:
        """Use up the links that are not used yet; return how many there were."""
        return self.filter(used_at__isnull=True).update(used_at=timezone.now())


class EmailLink(models.Model):
    """A link that was e-mailed to a person: it works once, until it expires. Only a hash of its token is stored.

    `accounts.links` makes and uses it.
    """

    class Purpose(models.TextChoices):
        SIGN_IN = "sign-in", _("Sign in")
        INVITATION = "invitation", _("Accept an invitation")
        STAFF_INVITATION = "staff-invitation", _("Accept an invitation of the secretariat")
        ADDRESS = "address", _("Confirm a new e-mail address")

    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token, in hexadecimal")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    next_url = models.CharField(max_length=500, blank=True, help_text="The path that the link leads to")
    new_email = models.EmailField(blank=True, help_text="The address that its use gives to the account")

    objects = EmailLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mailed link")
        verbose_name_plural = _("e-mailed links")

    def __str__(self):
        return f"{self.purpose} {self.pk}"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= timezone.now()

    @property
    def works(self) -> bool:
        """Whether it can be used now."""
        return self.used_at is None and not self.is_expired and self.user.is_active


class LinkRequest(models.Model):
    """Somebody asked for a link to sign in. The worker looks up the address, so that the answer tells nothing.

    With `user`, this person asked for a link that makes the address their own. Deleted as soon as it is done.
    """

    email = models.EmailField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
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
    at = models.DateTimeField(editable=False)

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
