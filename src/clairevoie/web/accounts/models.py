"""What is stored of people and organisations. Account events are append-only (migration 0003)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from clairevoie.register.catalogue.vocabularies import CAPACITY


class Role(models.TextChoices):
    """What a member may do in the name of an organisation; each includes those before it."""

    READER = "reader", _("Reader")
    CONTRIBUTOR = "contributor", _("Contributor")
    PUBLISHER = "publisher", _("Publisher")
    MODERATOR = "moderator", _("Moderator")


class UserManager(BaseUserManager["User"]):
    """Makes users, known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Create a user; without a password the account can only be opened through OIDC."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    oidc_subject = models.CharField(max_length=255, blank=True, default="")
    session_stamp = models.CharField(max_length=32, blank=True, default="")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["oidc_subject"],
                condition=~models.Q(oidc_subject=""),
                name="accounts_user_oidc_subject_once",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Tie sessions to the password and to ``session_stamp``: changing either ends them."""
        return salted_hmac(
            "clairevoie.web.accounts.session",
            f"{self.password}\n{self.session_stamp}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Organisation(models.Model):
    """In whose name a person speaks: an administration, a union, an association, a newsroom…

    ``capacity`` is the one in which the organisation speaks. ``body`` links an administration to
    its public body; ``is_operator`` marks the organisation that runs the site and moderates it.
    """

    name = models.CharField(_("name"), max_length=200, unique=True)
    capacity = models.CharField(
        _("capacity"),
        max_length=20,
        choices=[(term.code, term.fr) for term in CAPACITY.terms],
    )
    body = models.ForeignKey(
        "register.PublicBody",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organisations",
    )
    is_operator = models.BooleanField(default=False)
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role in an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "organisation"], name="accounts_membership_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation} ({self.role})"


class ApiToken(models.Model):
    """A key for writing through the API; only its digest is kept."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(_("label"), max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.label} ({self.hint}…)"


class Invitation(models.Model):
    """A link by which one person may join an organisation, once; only its digest is kept."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(max_length=20, choices=Role.choices)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="accounts_invitation_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="accounts_invitation_used_or_revoked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} – {self.organisation_id} ({self.role})"


class AccountEvent(models.Model):
    """Every act on accounts, in order: who gave which right to whom.

    Names and addresses stay out of it, so that an account can be erased while its acts remain.
    Signing in and out is not recorded: it is nobody's business.
    """

    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    actor = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.pk} {self.verb}"


class RateCount(models.Model):
    """How many times something was done in one window of time.

    ``key`` is a keyed digest of an account or a token: never an address, of mail or of network.
    """

    scope = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["scope", "key", "window"], name="accounts_rate_count_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.window}: {self.count}"
