"""The upload: one sheet, and for support whose accounts they will be."""

from pathlib import PurePath

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from companies.models import Distributor, User
from facturamos.forms import PageForm
from onboarding.backoffice.account_import import services
from onboarding.backoffice.account_import.choices import Choice, Understood, understand
from onboarding.backoffice.account_import.columns import HeadingsRefused
from onboarding.backoffice.account_import.models import AccountImport
from onboarding.backoffice.account_import.reading import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, SheetRefused

USE_IT = "Use la plantilla de esta página y guárdela como CSV o como libro de Excel (.xlsx)."
SAVE_AS = "Ábralo, guárdelo como «Libro de Excel (.xlsx)» y suba ese archivo."
LIMITS = f"{MAX_BYTES // 1024**2} MB y {MAX_ROWS // 1000} mil filas"
TOO_BIG = f"El archivo es demasiado grande: se aceptan hasta {LIMITS}. Divídalo."
MESSAGES = {
    "empty": f"El archivo está vacío. {USE_IT}",
    "too_big": TOO_BIG,
    "too_long": f"El archivo tiene {{detail}} filas con datos y se aceptan hasta {MAX_ROWS}. Divídalo.",
    "too_wide": f"La fila {{detail}} tiene más de {MAX_COLUMNS} columnas. {USE_IT}",
    "too_slow": f"No pudimos leer el archivo a tiempo. {USE_IT}",
    "old_excel": "Es un libro de Excel del formato antiguo (.xls) o protegido con contraseña. Ábralo, "
    "guárdelo como «Libro de Excel (.xlsx)» sin contraseña y suba ese archivo.",
    "locked": "El libro está protegido con contraseña. Quítesela y súbalo otra vez.",
    "xlsb": f"Es un libro binario de Excel (.xlsb). {SAVE_AS}",
    "xml_excel": f"Es una hoja de cálculo XML de Excel 2003. {SAVE_AS}",
    "html": f"Es una página web, aunque su nombre diga .xls; así la guardan algunos sistemas. {SAVE_AS}",
    "open_document": "Es un archivo de LibreOffice u OpenOffice (.ods). Ábralo, use «Guardar como…», elija "
    "«Excel 2007-365 (.xlsx)» y suba ese archivo.",
    "numbers": "Es un archivo de Numbers. Ábralo, use «Archivo › Exportar a › Excel» y suba el .xlsx.",
    "google_shortcut": "Es un acceso directo a una hoja de Google, sin las filas. Ábrala, use «Archivo › "
    "Descargar › Microsoft Excel (.xlsx)» y suba ese archivo.",
    "archive": "Es un archivo comprimido. Ábralo y suba la hoja que tiene dentro. {detail}",
    "pdf": f"Es un PDF, y de él no podemos leer las filas. {USE_IT}",
    "image": f"Es una imagen, y de ella no podemos leer las filas. {USE_IT}",
    "document": "Es un documento de texto o una presentación, no una hoja de cálculo. Copie la tabla a "
    f"Excel. {USE_IT}",
    "mail": "Es un correo guardado. Ábralo y suba la hoja que trae adjunta.",
    "contacts": f"Es una libreta de contactos (.vcf). {USE_IT}",
    "certificate": f"Es un certificado o una llave, no una hoja de cálculo. {USE_IT}",
    "cfdi": f"Es una factura (CFDI en XML), no una hoja de cálculo. {USE_IT}",
    "xml": f"Es un archivo XML, no una hoja de cálculo. {USE_IT}",
    "json": f"Es un archivo JSON, no una hoja de cálculo. {USE_IT}",
    "not_sheet": f"No es un CSV ni un libro de Excel (.xlsx). {USE_IT}",
    "broken": f"El archivo está dañado o incompleto. Ábralo en Excel, guárdelo otra vez y súbalo. {USE_IT}",
    "quotes": "Cerca de la fila {detail} hay unas comillas que no se cierran o que sobran. Corríjalas y "
    "súbalo otra vez.",
    "no_rows": "El archivo no tiene filas con datos debajo de los encabezados. Llene al menos una. {detail}",
    "no_headings": "No encontramos los encabezados: la primera fila ya tiene datos. Agregue arriba una fila "
    "con los nombres de las columnas, como en la plantilla de esta página.",
    "gone": "Esta importación ya se confirmó o se canceló, y su archivo ya no se guarda.",
    "unavailable": "No pudimos revisar el archivo en este momento. Vuelva a subirlo en un minuto.",
}
# What a detail is, where it does not stand within the sentence.
DETAILS = {"archive": "Dentro está «{detail}».", "no_rows": "Se leyó la hoja «{detail}»."}
# A name as it is shown; nothing is ever opened by it.
NAME_LENGTH = 100


class ImportForm(PageForm, forms.Form):
    """Its value is the sheet as it was understood."""

    distributor = forms.ModelChoiceField(
        Distributor.objects.none(),
        label="Distribuidor",
        help_text="Todas las cuentas del archivo serán suyas.",
        error_messages={"invalid_choice": "Elija un distribuidor de la lista."},
    )
    file = forms.FileField(
        label="Archivo",
        help_text=f"CSV o Excel (.xlsx), de hasta {LIMITS}.",
        # No list of types: telephones grey out what they do not know, a CSV among it. What it is, we say.
        widget=forms.FileInput(),
        error_messages={"required": "Falta «Archivo». Elija el archivo con las cuentas."},
        allow_empty_file=True,
        max_length=None,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[bytes]] | None = None,
        *,
        user: User,
    ) -> None:
        super().__init__(data, files)
        self.user = user
        if user.distributor_id:
            del self.fields["distributor"]
        elif isinstance(choice := self.fields["distributor"], forms.ModelChoiceField):
            choice.queryset = Distributor.objects.visible_to(user)

    def clean_file(self) -> Understood:
        """The sheet, and which of its columns is which."""
        upload = self.cleaned_data["file"]
        self.content: bytes = upload.read()
        self.file_name = _shown(upload.name)
        try:
            return understand(self.content, Choice(), services.remembered_columns(self._distributor))
        except (SheetRefused, HeadingsRefused) as refused:
            raise forms.ValidationError([*sentences_of(refused)]) from None

    @property
    def _distributor(self) -> Distributor | None:
        return self.user.distributor or self.cleaned_data.get("distributor")

    def receive(self) -> AccountImport:
        """Keeps the sheet; short imports are judged when this returns, if nothing is to be asked first."""
        distributor = self._distributor
        if distributor is None:
            raise ValueError("Only a valid form has somebody whose accounts they will be.")
        upload = services.Upload(self.file_name, self.content, distributor, self.user)
        return services.receive(upload, self.cleaned_data["file"])


def sentences_of(refused: SheetRefused | HeadingsRefused) -> list[str]:
    """Why a file cannot be read, and what to do."""
    if isinstance(refused, HeadingsRefused):
        return refused.sentences
    detail = refused.detail
    if refused.code in DETAILS:
        detail = DETAILS[refused.code].format(detail=detail) if detail else ""
    return [MESSAGES[refused.code].format(detail=detail).strip()]


def _shown(name: str) -> str:
    """A file's name without what is not to be seen; its end tells most."""
    clean = "".join(char if char.isprintable() else " " for char in PurePath(name.replace("\\", "/")).name)
    return clean.strip()[-NAME_LENGTH:] or "sin nombre"
