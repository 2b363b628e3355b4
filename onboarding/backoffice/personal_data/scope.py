"""Which rows are about a company, and which about a person: a test fails for a table in no list here."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from companies.models import Company, User
from facturamos.company_scope import path_to_company
from facturamos.vault import EncryptedField
from onboarding.backoffice.history.models import StaffAction
from onboarding.backoffice.personal_data import naming

# The way to the company where the model's queryset names none.
WAYS_TO_COMPANY = {
    "backoffice.ImportRow": "company",
    "companies.LookupMeter": "user__company",
    "companies.RecoveryCode": "factor__user__company",
    "onboarding.OnboardingFacts": "onboarding__company",
    "onboarding.StepState": "onboarding__company",
}
# About nobody: the site's own, catalogues, and what PostgreSQL only shows in another form.
ABOUT_NOBODY = {
    *(
        "auth.Group",
        "auth.Permission",
        "contenttypes.ContentType",
        "pghistory.Events",
    ),
    *("certificates.SatAuthority", "certificates.SatAuthorityEvent", "certificates.SatList"),
    *("companies.CatalogueLoad", "companies.PrivacyNotice", "companies.Tally", "onboarding.Download"),
    *("companies.PrivacyNoticeEvent", "onboarding.DownloadEvent"),
    *(
        "companies.SatCountry",
        "companies.SatLocality",
        "companies.SatMunicipality",
        "companies.SatNeighborhood",
    ),
    *("companies.SatPostalCode", "companies.SatState", "companies.SatTaxRegime"),
    *("backoffice.KeptCounts", "backoffice.SeenRelease", "backoffice.TimeCount"),
    *("mailing.RelayState", "mailing.Revocation"),
    *("status.Alarm", "status.BeatLease", "status.ErrorCount"),
    *("status.KeyCount", "status.RingCanary", "status.SignOfLife"),
}
# About people or distributors, and not about one company. An opened session is nobody's to read.
ABOUT_OTHERS = {
    *("axes.AccessAttempt", "axes.AccessAttemptExpiration", "axes.AccessFailureLog", "axes.AccessLog"),
    *("backoffice.AccountImport", "backoffice.ImportFile", "companies.Distributor"),
    # Files of the board are gone after a day, actions for many after a month.
    *("backoffice.BoardExport", "backoffice.BulkRun", "backoffice.ExportPart", "backoffice.SavedFilter"),
    *("companies.DistributorEvent", "companies.ResetRequest", "pghistory.Context", "sessions.Session"),
}
# A person's own rows, and how they name it; a history goes the way of what it is of.
OF_A_PERSON = {
    "backoffice.SavedFilter": "user",
    "certificates.LetterSignature": "user",
    "companies.LookupMeter": "user",
    "companies.NoticeAcceptance": "user",
    "companies.RecoveryCode": "factor__user",
    "companies.SecondFactor": "user",
    "companies.SecurityEvent": "user",
    "companies.SignedInSession": "user",
    "companies.User": "pk",
    "pghistory.Context": "metadata__user",
}
# What a person did for a company or with others' data, which are not its own: only how often is told.
DONE_BY_A_PERSON = {
    *("admin.LogEntry", "backoffice.AccountImport", "backoffice.BoardExport", "backoffice.BulkRun"),
    *("backoffice.CompanyNote", "backoffice.DelegateProposal", "backoffice.StaffAction"),
    *("certificates.Csd", "certificates.SatAuthority", "certificates.SecretAccess"),
    *("certificates.TestInvoice", "companies.User", "companies.ValidatorQuery", "mailing.MailboxConsent"),
    *("onboarding.Delegation", "onboarding.Onboarding", "onboarding.SupportView"),
}
# Parts of such rows: about a company and whom it names, and nothing of who began them.
NOTHING_OF_A_PERSON = {
    *("backoffice.ExportPart", "backoffice.ImportFile", "backoffice.ImportRow"),
    *("certificates.CsdValidation", "certificates.Diagnosis", "certificates.LetterSubmission"),
    *("onboarding.DelegationAcceptance", "onboarding.OnboardingFacts", "onboarding.StepState"),
}
# What opens something is in no export, whoever asks.
SECRET = {"password", "digest", "verifier", "session_key", "link", "refresh_token", "access_token", "secret"}


def all_models() -> list[type[models.Model]]:
    """Every table of the site, by its label."""
    tables = (model for model in apps.get_models() if not model._meta.proxy)
    return sorted(tables, key=lambda model: model._meta.label)


def tracked_by(model: type[models.Model]) -> type[models.Model] | None:
    """The model whose history this one holds; None for what is no history."""
    field = next((field for field in model._meta.concrete_fields if field.name == "pgh_obj"), None)
    related = field.related_model if field else None
    return related if isinstance(related, type) else None


def way_to_company(model: type[models.Model]) -> str | None:
    """From a row, or from a line of its history, to the company; None where it leads to none."""
    tracked = tracked_by(model)
    way = WAYS_TO_COMPANY.get((tracked or model)._meta.label, path_to_company(tracked or model))
    # A company's own history has its key beside it; other lines hold what the row held.
    return "pgh_obj" if way == "" and tracked else way


@dataclass(frozen=True)
class HeldRows:
    """The rows of one table that are about somebody."""

    model: type[models.Model]
    rows: models.QuerySet[models.Model]
    # How many there are is all that is told: what they say is about others.
    only_counted: bool = False

    @property
    def label(self) -> str:
        """How the model is called in code: «companies.Address»."""
        return self.model._meta.label

    @property
    def title(self) -> str:
        """What people call it; a history by what it is of."""
        tracked = tracked_by(self.model)
        name = str((tracked or self.model)._meta.verbose_name_plural)
        return f"historial de {name}" if tracked else name


def about_company(company: Company) -> Iterator[HeldRows]:
    """All that is held about a company, table by table; what was deleted long ago by its history."""
    yield HeldRows(LogEntry, _logged(company=company.pk))
    for model in all_models():
        way = way_to_company(model)
        if way is not None:
            rows = model._base_manager.filter(**{way or "pk": company.pk})
            yield HeldRows(model, rows.order_by("pk"))


def about_user(user: User) -> Iterator[HeldRows]:
    """The person's own rows, those that name it, and how many others it has made or changed."""
    yield HeldRows(LogEntry, _logged(content_type=ContentType.objects.get_for_model(User), object_id=user.pk))
    for model in all_models():
        rows = model._base_manager.order_by("pk")
        if own := _own(model, user):
            yield HeldRows(model, rows.filter(own))
        if done := _done_by(model, user):
            yield HeldRows(model, rows.filter(done), only_counted=True)


def _own(model: type[models.Model], user: User) -> Q:
    label = model._meta.label
    if tracked_by(model) is User:
        return Q(pgh_obj=user.pk)
    if way := OF_A_PERSON.get(_tracked_label(model)):
        return Q(**{way: user.pk})
    return naming.named(label, user) if label in naming.NAMED else Q()


def _done_by(model: type[models.Model], user: User) -> Q:
    if _tracked_label(model) not in DONE_BY_A_PERSON:
        return Q()
    columns = [
        field.name
        for field in model._meta.concrete_fields
        if field.related_model is User and field.name != "pgh_obj"
    ]
    return Q(*((column, user.pk) for column in columns), _connector=Q.OR)


def _tracked_label(model: type[models.Model]) -> str:
    return (tracked_by(model) or model)._meta.label


def _logged(**about: object) -> models.QuerySet[models.Model]:
    """Entries of admin's log, with the reasons that were given: it knows no company, staff's actions do."""
    actions = StaffAction.objects.filter(**about)
    return LogEntry._base_manager.filter(pk__in=actions.values("log")).order_by("pk")


def is_secret(field: models.Field[object, object]) -> bool:
    """Whether a column's value opens something."""
    return isinstance(field, EncryptedField) or field.name in SECRET
