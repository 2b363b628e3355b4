"""The form of step 9: two files and a password."""

import hashlib
import hmac
from enum import Enum, auto
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.utils import timezone

from certificates import custody, file_advice, gathering, received, services
from certificates.checks.evidence import CsdUpload
from certificates.checks.registry import by_code
from certificates.checks.results import CheckResult
from certificates.gathering import NamedFile, Ungathered
from certificates.models import Csd, CsdValidation, SecretAccess
from companies.limits import CSD_UPLOADS, TOO_MANY_FILES
from companies.models import Company, User
from facturamos.forms import PageForm
from facturamos.vault import Secret


class News(Enum):
    """What a submitted form brings that is not stored yet."""

    NOTHING = auto()
    PASSWORD = auto()
    PAIR = auto()


FILES = ("certificate", "key")
TOGETHER = "files_together"
NOTHING = NamedFile("", b"")


class FilesInput(forms.FileInput):
    """A picker of files that takes several at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none at all too."""

    widget = FilesInput

    def clean(self, data: object, initial: object = None) -> "list[UploadedFile[bytes]]":
        files = data if isinstance(data, list) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class CsdForm(PageForm, forms.Form):
    """A CSD pair and its password; only the password while a pair waits for it.

    The files come in the guide's two fields, or together in the third, whose name begins none of the others'.
    """

    marks_optional = False

    files_together = FilesField(
        label="Los dos archivos juntos, o el .zip",
        required=False,
        allow_empty_file=True,
        help_text="El .cer y el .key en cualquier orden, o el .zip en que se los enviaron.",
    )

    # No `accept`: telephones know no type for .cer, and take .key for a Keynote presentation or a key of PGP,
    # so that any list greys out the right files. Wrong ones are named by `file_advice`.
    certificate = forms.FileField(
        label="Archivo certificado (.cer)",
        required=False,
        allow_empty_file=True,
        help_text="Termina en .cer y su nombre son veinte números. Pesa menos de 16 KB.",
        widget=forms.FileInput,
    )
    key = forms.FileField(
        label="Archivo llave (.key)",
        required=False,
        allow_empty_file=True,
        help_text="Termina en .key y su nombre empieza con CSD_.",
        widget=forms.FileInput,
    )
    password = forms.CharField(
        label="Contraseña de la llave",
        required=False,
        strip=False,
        max_length=256,
        help_text="La que eligió al generar el CSD. Nunca la mostramos ni la enviamos.",
        widget=forms.PasswordInput(
            {"autocomplete": "new-password", "autocapitalize": "none", "spellcheck": "false"},
            render_value=False,
        ),
    )

    def __init__(self, *args: object, company: Company, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self.news = News.PAIR
        self.inspected: services.Inspected | None = None
        # Where the files came in, when that is not each in its own field.
        self.picked_in = ""
        # What came in good order with a page that is refused, for that page to say.
        self.certificate_received: NamedFile | None = None
        self.key_lost = ""

    # --- reading

    def clean(self) -> dict[str, object]:
        """Finds out what is new, and refuses at once what must not be stored."""
        cleaned = super().clean() or self.cleaned_data
        password = (cleaned.get("password") or "").encode() or None
        self.upload = CsdUpload(b"", b"", password)
        fields = {name: _read(cleaned[name]) for name in FILES if cleaned.get(name)}
        together = [_read(file) for file in cleaned.get(TOGETHER, ())]
        self._note_received([*fields.values(), *together])
        try:
            files = self._put_in_place(fields, together, password)
        except Ungathered as problem:
            self.add_error(self.picked_in, str(problem))
            return cleaned
        self._take_what_was_received(files)
        certificate, key = files.get("certificate", NOTHING), files.get("key", NOTHING)
        self.upload = CsdUpload(certificate.data, key.data, password, key.name)
        given = list(files)
        if len(given) == 2:
            self._clean_pair()
        elif given:
            self._ask_for(set(FILES) - set(given))
        else:
            self._clean_password_alone()
        return cleaned

    def _put_in_place(
        self, files: dict[str, NamedFile], together: list[NamedFile], password: bytes | None
    ) -> dict[str, NamedFile]:
        """Each half where it belongs. Raises Ungathered where no pair can be told from what came together.

        A file that is neither stays in its field, to be told there what it is.
        """
        if together and self._carried and not any(map(_brings_a_certificate, together)):
            files = {"certificate": self._carried, **files}
        zipped = [name for name, file in files.items() if gathering.is_zip(file)]
        if together or zipped:
            self.picked_in = TOGETHER if together else zipped[0]
            pair = gathering.gather([*together, *files.values()], password)
            return {"certificate": pair.certificate, "key": pair.key}
        certificate, key = files.get("certificate", NOTHING), files.get("key", NOTHING)
        if not _misplaced(certificate, key):
            return files
        exchanged = {"certificate": key, "key": certificate}
        return {name: file for name, file in exchanged.items() if file is not NOTHING}

    @property
    def in_page_order(self) -> list[BoundField]:
        """While a pair waits for its password, that comes first (templates/onboarding/steps/sellos.html)."""
        fields = super().in_page_order
        return sorted(fields, key=lambda field: field.name != "password") if self.awaits_password else fields

    @cached_property
    def awaits_password(self) -> bool:
        """Whether a pair is stored and only its password is missing."""
        return any(csd.state == Csd.State.WAITING_PASSWORD for csd in self._present())

    @property
    def received_name(self) -> str:
        """By what name the page carries a certificate along."""
        return self.add_prefix("received")

    @property
    def received(self) -> str:
        """The certificate to be carried along; empty where there is none."""
        file = self.certificate_received
        return received.signed(file, self.company.pk) if file else ""

    @cached_property
    def _carried(self) -> NamedFile | None:
        return received.opened(str(self.data.get(self.received_name, "")), self.company.pk)

    def _note_received(self, files: list[NamedFile]) -> None:
        """Which of the files that came are whole, each by itself."""
        certificates = [file for file in files if _is_only_certificate(file)]
        keys = [file for file in files if _is_only_key(file)]
        self.certificate_received = certificates[0] if len(certificates) == 1 else self._carried
        self.key_lost = keys[0].name if len(keys) == 1 else ""

    def _take_what_was_received(self, files: dict[str, NamedFile]) -> None:
        """The carried certificate, unless another came, or a stored pair waits for the password alone."""
        if self._carried is None or "certificate" in files:
            return
        if files or not self.awaits_password:
            files["certificate"] = self._carried

    def _clean_pair(self) -> None:
        if self._is_stored():
            self.news = News.NOTHING
            return
        if not CSD_UPLOADS.take(self.company.pk):
            self.add_error(None, TOO_MANY_FILES)
            return
        try:
            self.inspected = services.inspect(self.company, self.upload, timezone.now())
        except services.UploadRefused as refused:
            for problem in refused.problems:
                for field, sentence in told(problem).items():
                    if field:
                        self.add_error(self._where_picked(field), sentence)
                    if field == "certificate":
                        self.certificate_received = None
                    if field == "key":
                        self.key_lost = ""

    def _clean_password_alone(self) -> None:
        present = {csd.state: csd for csd in self._present()}
        waiting = present.get(Csd.State.WAITING_PASSWORD)
        kept = (Csd.State.VALIDATING, Csd.State.UNDER_REVIEW, Csd.State.ACTIVE)
        stored = next((present[state] for state in kept if state in present), None)
        if waiting and self.upload.password:
            self.news = News.PASSWORD
            if not CSD_UPLOADS.take(self.company.pk):
                self.add_error(None, TOO_MANY_FILES)
        elif waiting:
            self._ask_for({"password"})
        elif stored and (self.upload.password is None or self._opens(stored)):
            self.news = News.NOTHING
        else:
            self._ask_for({*FILES} if self.upload.password else {*FILES, "password"})

    def _where_picked(self, field: str) -> str:
        """The input that a file came in, to which what is wrong with it belongs."""
        return self.picked_in if field in FILES and self.picked_in else field

    def _ask_for(self, names: set[str]) -> None:
        for name in self.fields:
            if name in names:
                verb = "Escríbala" if name == "password" else "Elija el archivo"
                sentence = f"Falta «{self.fields[name].label}». {verb} para continuar."
                self.add_error(name, ValidationError(sentence, code="required"))

    # --- comparing with what is stored

    def has_changed(self) -> bool:
        """Whether anything differs from what is stored: files by digest, the password by trying."""
        return not self.is_valid() or self.news is not News.NOTHING

    def _present(self) -> list[Csd]:
        """The active CSD, the one under review, and the candidate whose time is not over."""
        now = timezone.now()
        rows = Csd.objects.filter(company=self.company).stored()
        return [row for row in rows if row.draft_until is None or row.draft_until > now]

    def _is_stored(self) -> bool:
        digests = [hashlib.sha256(data).hexdigest() for data in (self.upload.certificate, self.upload.key)]
        given_up = CsdValidation.objects.given_up()
        for csd in self._present():
            if [csd.certificate_sha256, csd.key_sha256] != digests:
                continue
            # What we gave up validating is sent again, as the page asks.
            if not given_up.filter(csd=csd).exists():
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
            inspected=self.inspected,
        )


def _read(file: "UploadedFile[bytes]") -> NamedFile:
    file.seek(0)
    return NamedFile("".join(char for char in file.name or "" if char.isprintable()), bytes(file.read()))


def _brings_a_certificate(file: NamedFile) -> bool:
    return gathering.is_certificate(file) or gathering.is_zip(file)


def _misplaced(certificate: NamedFile, key: NamedFile) -> bool:
    """Whether each half that there is stands in the other's field."""
    if certificate is NOTHING and key is NOTHING:
        return False
    return (certificate is NOTHING or _is_only_key(certificate)) and (
        key is NOTHING or _is_only_certificate(key)
    )


def _is_only_key(file: NamedFile) -> bool:
    return gathering.is_key(file) and not gathering.is_certificate(file)


def _is_only_certificate(file: NamedFile) -> bool:
    return gathering.is_certificate(file) and not gathering.is_key(file)


def told(problem: CheckResult) -> dict[str, str]:
    """What a refusal says beside each field that it concerns; under "" what no field corrects."""
    if by_field := file_advice.of_reason(problem.reason):
        return by_field
    check = by_code(problem.code)
    parts = (f"{problem.title}.", problem.message, problem.objection, problem.action)
    return {check.field if check else "": " ".join(part for part in parts if part)}
