"""Distributors and users: who signs in, in exactly one role."""

from typing import ClassVar, Self

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Case, Q, When
from django.db.models.functions import Lower, Upper
from django.utils import timezone

from companies.codes import code_field
from facturamos.audit import audited
from facturamos.company_scope import CLERK, LEAD, READER, CompanyScopedQuerySet, Viewer
from facturamos.search_text import SearchText
from mailing.addresses import tidy


class DistributorQuerySet(models.QuerySet["Distributor"]):
    def visible_to(self, user: Viewer) -> Self:
        """The distributors that `user` may see: its own, or all."""
        if user.is_support:
            return self
        return self.filter(pk=user.distributor_id) if user.distributor_id else self.none()


@audited()
class Distributor(models.Model):
    """A business that creates accounts for its clients and helps them, and only them."""

    name = models.CharField("nombre", max_length=300)
    email = models.EmailField("correo electrónico", blank=True)
    phone = models.CharField("teléfono", max_length=40, blank=True)
    created_at = models.DateTimeField("creado", default=timezone.now, editable=False)

    # Too few for an index.
    search_text: ClassVar = SearchText("name", "email", together=["phone"])

    objects = DistributorQuerySet.as_manager()

    class Meta:
        verbose_name = "distribuidor"
        verbose_name_plural = "distribuidores"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


# Who may come in, and gets mail: the account is active, and its company, where it has one, was not deleted.
IS_OPEN = Q(is_active=True, company__deleted_at=None)
# By what a user is found; and by every address that it ever had.
USER_TEXT = SearchText("code", "username", "full_name", "email", "alternate_email", together=["phone"])
FORMER_TEXT = SearchText("email")


class UserQuerySet(CompanyScopedQuerySet["User"]):
    def open(self) -> Self:
        """Whose account is neither inactive nor of a deleted company."""
        return self.filter(IS_OPEN)

    def visible_to(self, user: Viewer) -> Self:
        """An issuer sees itself; the others, the users of the companies that they see.

        A distributor's lead sees its own people, too. No index has both: what looks for rows among many asks
        for each sort by itself.
        """
        if user.duty == LEAD:
            issuers = Q(company__deleted_at=None, company__distributor=user.distributor_id)
            return self.filter(issuers | Q(distributor=user.distributor_id))
        return self.issuers_of(user)

    def issuers_of(self, user: Viewer) -> Self:
        """Of those that `user` may see, all but a lead's own people."""
        return self.filter(pk=user.pk) if user.company_id else super().visible_to(user)

    def people_of(self, user: Viewer) -> Self:
        """A lead's own people; nobody's else."""
        return self.filter(distributor=user.distributor_id) if user.duty == LEAD else self.none()


class UserManager(BaseUserManager["User"]):
    """Finds users by name ignoring case, and makes the owner."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: Viewer) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def issuers_of(self, user: Viewer) -> UserQuerySet:
        return self.get_queryset().issuers_of(user)

    def people_of(self, user: Viewer) -> UserQuerySet:
        return self.get_queryset().people_of(user)

    def open(self) -> UserQuerySet:
        return self.get_queryset().open()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    def find_to_sign_in(self, name: str) -> "User | None":
        """Whose user name or e-mail address `name` is, ignoring case; None when that may be several.

        A user name comes before any address, a confirmed address before one that somebody only wrote
        down: nobody takes another's way in by writing the other's address into an account of its own. Of
        accounts by address only open ones count, and around it may stand what pasting adds. One query, with
        the company.
        """
        address = tidy(name)
        name = address if "@" in address else name
        is_named, is_confirmed = Q(username__iexact=name), Q(confirmed_email__iexact=name)
        rank = Case(When(is_named, then=0), When(is_confirmed, then=1), default=2)
        found = self.filter(is_named | (IS_OPEN & (is_confirmed | Q(email__iexact=name))))
        best = list(found.select_related("company").annotate(rank=rank).order_by("rank")[:2])
        if len(best) == 2 and best[0].rank == best[1].rank:
            return None
        return best[0] if best else None

    def create_superuser(self, username: str, password: str, **fields: object) -> "User":
        """For `manage.py createsuperuser`: the owner of the site.

        Who runs the command vouches for the address: a forgotten password is asked for there.
        """
        user = self.model(username=username, role=User.Role.OWNER, is_superuser=True, **fields)
        user.confirmed_email = user.email
        # Without one the first is asked for at «¿Olvidó su contraseña?».
        user.set_password(password or None)
        user.save()
        return user


@audited(
    exclude=["password", "last_login"],
    attrs={"search_text": FORMER_TEXT},
    meta={"indexes": [FORMER_TEXT.index("former_email_trigrams")]},
)
class User(AbstractBaseUser, PermissionsMixin):
    """Who signs in: an issuer, a distributor, support, or the owner; never two of them."""

    search_text: ClassVar = USER_TEXT

    class Role(models.TextChoices):
        """What a user is here for."""

        ISSUER = "issuer", "Emisor"
        DISTRIBUTOR = "distributor", "Distribuidor"
        SUPPORT = "support", "Soporte"
        OWNER = "owner", "Propietario"

    class DistributorRole(models.TextChoices):
        """What somebody does for its distributor."""

        LEAD = LEAD, "Encargado"
        CLERK = CLERK, "Operador"
        READER = READER, "Solo consulta"

    code = code_field("U")
    role = models.CharField("función", max_length=12, choices=Role, default=Role.ISSUER)
    company = models.ForeignKey(
        "companies.Company",
        models.PROTECT,
        related_name="users",
        null=True,
        blank=True,
        verbose_name="empresa",
    )
    distributor = models.ForeignKey(
        Distributor,
        models.PROTECT,
        related_name="users",
        null=True,
        blank=True,
        verbose_name="distribuidor",
    )
    distributor_role = models.CharField(
        "función en el distribuidor", max_length=6, choices=DistributorRole, blank=True
    )
    username = models.CharField("usuario", max_length=150)
    full_name = models.CharField("nombre completo", max_length=200, blank=True)
    initials = models.CharField("iniciales", max_length=6, blank=True)
    email = models.EmailField("correo electrónico", blank=True)
    # The address that password resets go to: confirmed by a link, or by the first credentials.
    confirmed_email = models.EmailField("correo confirmado", blank=True, editable=False)
    # While an address that staff gave waits, and who gave it (companies/accounts/held_email.py).
    email_held_until = models.DateTimeField("correo nuevo en espera hasta", null=True, editable=False)
    email_changed_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
        verbose_name="correo cambiado por",
    )
    alternate_email = models.EmailField("correo electrónico alterno", blank=True)
    phone = models.CharField("teléfono", max_length=40, blank=True)
    # While true, the password is the temporary one that came by mail.
    password_is_temporary = models.BooleanField("contraseña temporal", default=False, editable=False)
    # Until when the temporary password opens; empty while its mail has not left yet.
    temporary_password_until = models.DateTimeField(
        "contraseña temporal válida hasta", null=True, editable=False
    )
    secret_changed_at = models.DateTimeField("contraseña cambiada", null=True, editable=False)
    is_active = models.BooleanField("activo", default=True)
    created_at = models.DateTimeField("creado", default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "confirmed_email"
    REQUIRED_FIELDS = ["email"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "usuario"
        verbose_name_plural = "usuarios"
        ordering = ["pk"]
        indexes = [
            USER_TEXT.index("user_trigrams"),
            models.Index(fields=["company"], condition=Q(last_login=None), name="user_never_in"),
            models.Index(fields=["last_login"], name="user_last_login"),
            # As Django asks for `iexact`: who signs in, or has forgotten how, by a name or an address.
            models.Index(Upper("username"), name="user_by_name"),
            models.Index(Upper("confirmed_email"), name="user_confirmed_email"),
            models.Index(Upper("email"), name="user_email"),
            # Among all issuers the few of us.
            models.Index(fields=["role"], condition=Q(role__in=["support", "owner"]), name="user_of_ours"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="password_leaves_a_trace",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(
                    old__password__df=pgtrigger.F("new__password"),
                    old__secret_changed_at__ndf=pgtrigger.F("new__secret_changed_at"),
                ),
                # The audit has no column for the password, but for this one.
                func="NEW.secret_changed_at = NOW(); RETURN NEW;",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_ignoring_case",
                violation_error_message="Ese nombre de usuario ya está ocupado. Elija otro.",
            ),
            models.CheckConstraint(
                name="user_exactly_one_role",
                condition=(
                    Q(role="issuer", company__isnull=False, distributor=None, is_superuser=False)
                    | Q(
                        role="distributor",
                        company=None,
                        distributor__isnull=False,
                        is_superuser=False,
                    )
                    | Q(role="support", company=None, distributor=None, is_superuser=False)
                    | Q(role="owner", company=None, distributor=None, is_superuser=True)
                ),
                violation_error_message="Un usuario tiene exactamente una función.",
            ),
            models.CheckConstraint(
                name="user_role_in_its_distributor",
                condition=Q(role="distributor", distributor_role__in=(LEAD, CLERK, READER))
                | (~Q(role="distributor") & Q(distributor_role="")),
                violation_error_message="Quien trabaja para un distribuidor tiene una función ahí.",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Whether the admin is open to this user."""
        return self.role != self.Role.ISSUER

    @property
    def is_support(self) -> bool:
        """Whether this user may see every company: support and the owner."""
        return self.role in (self.Role.SUPPORT, self.Role.OWNER)

    @property
    def duty(self) -> str:
        """What permissions go by: the role, or the one within its distributor."""
        return self.distributor_role or self.role

    @property
    def addresses(self) -> list[str]:
        """Where a person is told of its account: at the confirmed address, and at the present one."""
        return list(dict.fromkeys(filter(None, (self.confirmed_email, self.email))))

    @property
    def never_entered(self) -> bool:
        """Whether nobody has taken the account over yet: its way in is the temporary password alone.

        Who confirmed its address is its owner, even before the first sign-in: by the link of a mail, say.
        """
        return self.last_login is None and self.password_is_temporary and not self.confirmed_email

    def get_full_name(self) -> str:
        """Django's name for it; the admin greets with it."""
        return self.full_name or self.username

    get_short_name = get_full_name

    @property
    def temporary_password_expired(self) -> bool:
        """Whether the password is the temporary one and its time is over."""
        until = self.temporary_password_until
        return self.password_is_temporary and until is not None and until <= timezone.now()
