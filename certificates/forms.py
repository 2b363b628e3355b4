"""The form of step 9: two files and a password."""

import hashlib
import hmac
from enum import Enum, auto
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from certificates import custody, services
from certificates.evidence import Upload
from certificates.models import Csd, SecretAccess
from certificates.results import CheckResult
from companies.models import Company, User
from facturamos.forms import PageForm
from facturamos.vault import Secret

# Which field a check's sentence stands beside.
_FIELDS = {
    "formato": "certificate",
    "tipo": "certificate",
    "rfc": "certificate",
    "llave": "key",
    "contrasena": "password",
}


class News(Enum):
    """What a submitted form brings that is not stored yet."""

    NOTHING = auto()
    PASSWORD = auto()
    PAIR = auto()


class SealsForm(PageForm, forms.Form):
    """A CSD pair and its password; only the password while a pair waits for it."""

    marks_optional = False

    certificate = forms.FileField(
        label="Archivo certificado (.cer)",
        required=False,
        allow_empty_file=True,
        help_text="Termina en .cer y su nombre son veinte números. Pesa menos de 16 KB.",
        widget=forms.FileInput({"accept": ".cer,.crt,.pem"}),
    )
    key = forms.FileField(
        label="Archivo llave (.key)",
        required=False,
        allow_empty_file=True,
        help_text="Termina en .key y su nombre empieza con CSD_.",
        widget=forms.FileInput({"accept": ".key,.pem"}),
    )
    password = forms.CharField(
        label="Contraseña de la llave",
        required=False,
        strip=False,
        max_length=256,
        help_text="La que eligió al generar el CSD. Nunca la mostramos ni la enviamos.",
        widget=forms.PasswordInput(
            {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}, render_value=False
        ),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self.news = News.PAIR

    # --- reading

    def clean(self) -> dict[str, Any]:
        """Finds out what is new, and refuses at once what must not be stored."""
        cleaned = super().clean() or self.cleaned_data
        self.upload = Upload(
            certificate=_content(cleaned.get("certificate")),
            key=_content(cleaned.get("key")),
            password=(cleaned.get("password") or "").encode() or None,
            key_name=_name(cleaned.get("key")),
        )
        given = [name for name in ("certificate", "key") if cleaned.get(name)]
        if len(given) == 2:
            self._clean_pair()
        elif given:
            self._ask_for({"certificate", "key"} - set(given))
        else:
            self._clean_password_alone()
        return cleaned

    def _clean_pair(self) -> None:
        if self._is_stored():
            self.news = News.NOTHING
            return
        try:
            services.inspect(self.company, self.upload, timezone.now())
        except services.Refused as refused:
            for problem in refused.problems:
                if field := _field(problem):
                    self.add_error(field, f"{problem.title}. {problem.message} {problem.action}")

    def _clean_password_alone(self) -> None:
        present = {csd.state: csd for csd in self._present()}
        waiting = present.get(Csd.State.WAITING_PASSWORD)
        kept = present.get(Csd.State.VALIDATING) or present.get(Csd.State.ACTIVE)
        if waiting and self.upload.password:
            self.news = News.PASSWORD
        elif waiting:
            self._ask_for({"password"})
        elif kept and (self.upload.password is None or self._opens(kept)):
            self.news = News.NOTHING
        else:
            self._ask_for({"certificate", "key"} if self.upload.password else set(self.fields))

    def _ask_for(self, names: set[str]) -> None:
        for name in self.fields:
            if name in names:
                verb = "Escríbala" if name == "password" else "Elija el archivo"
                self.add_error(name, f"Falta «{self.fields[name].label}». {verb} para continuar.")

    # --- comparing with what is stored

    def has_changed(self) -> bool:
        """Whether anything differs from what is stored: files by digest, the password by trying."""
        return not self.is_valid() or self.news is not News.NOTHING

    def _present(self) -> list[Csd]:
        """The active CSD, and the candidate whose time is not over."""
        now = timezone.now()
        rows = Csd.objects.filter(company=self.company, state__in=[Csd.State.ACTIVE, *Csd.CANDIDATE])
        return [row for row in rows if row.draft_until is None or row.draft_until > now]

    def _is_stored(self) -> bool:
        digests = [hashlib.sha256(data).hexdigest() for data in (self.upload.certificate, self.upload.key)]
        for csd in self._present():
            if [csd.certificate_sha256, csd.key_sha256] == digests:
                return self.upload.password is None or self._opens(csd)
        return False

    def _opens(self, csd: Csd) -> bool:
        opened = custody.open_secrets(csd, SecretAccess.Purpose.COMPARE) if csd.password else None
        return opened is not None and hmac.compare_digest(opened.typed() or b"", self.upload.password or b"")

    # --- saving

    def save(self, user: User | None = None) -> Csd | None:
        """Hands over what is new; None when nothing is, or when the draft's hour ended meanwhile."""
        now = timezone.now()
        password = Secret(self.upload.password) if self.upload.password else None
        if self.news is News.PASSWORD and password:
            return services.retry(self.company, password, now)
        if self.news is not News.PAIR:
            return None
        return services.receive(
            self.company,
            user,
            certificate=self.upload.certificate,
            key=self.upload.key,
            password=password,
            key_name=self.upload.key_name,
            now=now,
        )


def _content(file: "UploadedFile[bytes] | None") -> bytes:
    if not file:
        return b""
    file.seek(0)
    return bytes(file.read())


def _name(file: "UploadedFile[bytes] | None") -> str:
    name = (file.name if file else "") or ""
    return "".join(char for char in name if char.isprintable())


def _field(problem: CheckResult) -> str | None:
    """The field that a refusal stands beside; the others are told in the report."""
    if problem.code == "formato" and problem.reason.startswith("key:"):
        return "key"
    return _FIELDS.get(problem.code)
