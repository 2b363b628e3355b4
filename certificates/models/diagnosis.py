"""What the doctor found, kept without any secret, and the work of finding it."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from certificates.checks.results import CheckResult, from_json
from certificates.models.csd import Csd
from certificates.x509.certificate import CertificateKind
from companies.codes import random_code
from companies.models import Company
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.jobs.lanes import PEOPLE
from facturamos.jobs.models import Job, JobQuerySet
from facturamos.search_text import SearchText

CODE_LETTERS = 4
# By what one is found.
DIAGNOSIS_TEXT = SearchText("code", "number", "rfc")


class CsdValidationQuerySet(JobQuerySet["CsdValidation"]):
    company_path = "csd__company"

    def given_up(self) -> "CsdValidationQuerySet":
        """Those that we could not bring to an end: their files may be sent again."""
        return self.filter(state=CsdValidation.State.DEAD)


class CsdValidation(Job):
    """The validation of one upload."""

    TIME_LIMIT = timedelta(seconds=10)
    LANE = PEOPLE
    TURN = "csd__company"

    csd = models.ForeignKey(Csd, models.PROTECT, related_name="validations", verbose_name="CSD")

    objects: ClassVar = CsdValidationQuerySet.as_manager()

    class Meta(Job.Meta):
        # Job's own names for them would be too long.
        indexes = [
            models.Index(fields=["run_after"], condition=Q(state="queued"), name="csd_validation_queued"),
            models.Index(fields=["run_after"], condition=~Q(state="done"), name="csd_validation_open"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="csd_validation_running"),
            models.Index(fields=["-created_at"], name="csd_validation_newest"),
        ]
        verbose_name = "validación de un CSD"
        verbose_name_plural = "validaciones de CSD"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Validación de {self.csd}"


class DiagnosisQuerySet(CompanyScopedQuerySet["Diagnosis"]):
    def new_code(self) -> str:
        """A code that no diagnosis has: «CSD-4F7K»."""
        while True:
            code = f"CSD-{random_code(CODE_LETTERS)}"
            if not self.filter(code=code).exists():
                return code


class Diagnosis(models.Model):
    """A report that the issuer can dictate the code of, and support can open. Holds no secret."""

    search_text: ClassVar = DIAGNOSIS_TEXT

    code = models.CharField("código", max_length=12, unique=True)
    company = models.ForeignKey(Company, models.PROTECT, related_name="csd_diagnoses", verbose_name="empresa")
    # Empty where the files were refused before anything was stored.
    csd = models.ForeignKey(Csd, models.PROTECT, related_name="diagnoses", null=True, verbose_name="CSD")
    ok = models.BooleanField("válido")
    # An authority or a kind that we do not know: somebody of ours should look.
    for_support = models.BooleanField("por revisar")
    kind = models.CharField(
        "tipo", max_length=12, blank=True, choices=[(kind.value, kind.word) for kind in CertificateKind]
    )
    number = models.CharField("número", max_length=20, blank=True)
    rfc = models.CharField("RFC", max_length=40, blank=True)
    # A list of `certificates.checks.results.CheckResult`.
    report = models.JSONField("revisiones")
    created_at = models.DateTimeField("cuándo", default=timezone.now)

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = "diagnóstico de CSD"
        verbose_name_plural = "diagnósticos de CSD"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="diagnosis_newest"),
            DIAGNOSIS_TEXT.index("diagnosis_trigrams"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def results(self) -> tuple[CheckResult, ...]:
        """The report as the checks gave it."""
        return from_json(self.report)
