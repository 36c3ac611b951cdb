from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class PersonManager(BaseUserManager["Person"]):
    """Creates people the way Django's commands expect."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Person":
        person = Person(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save()
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account: a shopper, an operator, or a customer imported without a name.

    The e-mail address is kept in lower case, so that one address has one account and sign-in reads one index.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    market = models.CharField(max_length=2, default="US")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(max_length=16, null=True, blank=True, unique=True, help_text="E.164, confirmed by a code.")
    external_source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="person_email_in_lower_case"),
            models.UniqueConstraint(
                fields=["external_source", "external_id"], condition=~Q(external_id=""), name="person_imported_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.pk)


class BookedAddress(models.Model):
    """An address in a person's book; ``address`` is ``Address.as_dict()`` of the markets package."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    address = models.JSONField()
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "booked addresses"
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(is_default=True), name="address_one_default"),
        ]

    def __str__(self) -> str:
        return f"{self.address.get('line1', '')}, {self.address.get('country', '')}"


class BusinessUnit(models.Model):
    """A team with its own decisions over one or more markets."""

    code = models.CharField(primary_key=True, max_length=20)
    name = models.CharField(max_length=80)
    markets = ArrayField(models.CharField(max_length=2))

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """What an operator may do in a business unit: in one of its markets, or in all of them."""

    class Kind(models.TextChoices):
        VIEWER = "viewer"
        CATALOGUE = "catalogue"
        ORDERS = "orders"
        WAREHOUSE = "warehouse"
        FINANCE = "finance"
        MANAGER = "manager"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, related_name="roles")
    market = models.CharField(max_length=2, blank=True, help_text="Empty means every market of the unit.")
    role = models.CharField(max_length=12, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "business_unit", "market", "role"], name="role_granted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.market or self.business_unit_id}"


class ApiToken(models.Model):
    """A program's way in. Only the SHA-256 of its secret is kept: 256 random bits need nothing slower."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, related_name="tokens")
    prefix = models.CharField(max_length=12)
    hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")), name="token_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class OneTimeCode(models.Model):
    """A code sent to an e-mail address or phone number. Only its HMAC is kept; an empty one fits nothing.

    ``data`` is what happens when it is typed: for a sign-up the account to open. Rows outlive their use for an hour,
    because they are what the limits count.
    """

    class Purpose(models.TextChoices):
        SIGN_UP = "sign_up"
        SIGN_IN = "sign_in"
        EMAIL = "email"
        PHONE = "phone"
        PASSWORD = "password"  # noqa: S105

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(max_length=8, choices=Purpose)
    to = models.CharField(max_length=254)
    place = models.CharField(max_length=45, help_text="The IP address it was asked for from.")
    hash = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["to", "created_at"], name="code_by_address"),
            models.Index(fields=["place", "created_at"], name="code_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.to}"


class Device(models.Model):
    """A browser somebody signed in with. ``mark`` is its cookie's SHA-256, ``session_key`` empty when signed out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="devices")
    mark = models.CharField(max_length=64)
    session_key = models.CharField(max_length=40, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=45, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "mark"], name="device_known_once")]

    def __str__(self) -> str:
        return self.agent


class Invitation(models.Model):
    """A role promised to an e-mail address; the mailed link (kept as SHA-256) takes it up once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField()
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.CASCADE)
    market = models.CharField(max_length=2, blank=True, help_text="Empty means every market of the unit.")
    role = models.CharField(max_length=12, choices=Role.Kind)
    hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.email}: {self.role}"
