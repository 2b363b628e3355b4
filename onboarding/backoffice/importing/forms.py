"""The upload: one sheet, and for support whose accounts they will be."""

import hashlib
from pathlib import PurePath
from typing import Any, cast

from django import forms

from companies.models import Distributor, User
from facturamos.forms import PageForm
from onboarding.backoffice.importing import columns, services
from onboarding.backoffice.importing.models import AccountImport
from onboarding.backoffice.importing.reading import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, SheetRefused, read

USE_IT = "Use la plantilla de esta página y guárdela como CSV o como libro de Excel (.xlsx)."
LIMITS = f"{MAX_BYTES // 1024**2} MB y {MAX_ROWS // 1000} mil filas"
TOO_BIG = f"El archivo es demasiado grande: se aceptan hasta {LIMITS}. Divídalo."
MESSAGES = {
    "empty": f"El archivo está vacío. {USE_IT}",
    "too_big": TOO_BIG,
    "too_long": TOO_BIG,
    "too_wide": f"La fila {{detail}} tiene más de {MAX_COLUMNS} columnas. {USE_IT}",
    "too_slow": f"No pudimos leer el archivo a tiempo. {USE_IT}",
    "old_excel": "Es un libro de Excel del formato antiguo (.xls) o protegido con contraseña. Ábralo, "
    "guárdelo como «Libro de Excel (.xlsx)» sin contraseña y suba ese archivo.",
    "locked": "El libro está protegido con contraseña. Quítesela y súbalo otra vez.",
    "pdf": f"Es un PDF, y de él no podemos leer las filas. {USE_IT}",
    "not_sheet": f"No es un CSV ni un libro de Excel (.xlsx). {USE_IT}",
    "broken": f"El archivo está dañado o incompleto. {USE_IT}",
    "quotes": "Cerca de la fila {detail} hay unas comillas que no se cierran o que sobran. Corríjalas y "
    "súbalo otra vez.",
    "no_rows": "El archivo no tiene filas con datos debajo de los encabezados. Llene al menos una.",
    "unavailable": "No pudimos revisar el archivo en este momento. Vuelva a subirlo en un minuto.",
}
# A name as it is shown; nothing is ever opened by it.
NAME_LENGTH = 100


class ImportForm(PageForm, forms.Form):
    """Its value is the rows."""

    distributor = forms.ModelChoiceField(
        Distributor.objects.none(),
        label="Distribuidor",
        help_text="Todas las cuentas del archivo serán suyas.",
        error_messages={"invalid_choice": "Elija un distribuidor de la lista."},
    )
    file = forms.FileField(
        label="Archivo",
        help_text=f"CSV o Excel (.xlsx), de hasta {LIMITS}.",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": "Falta «Archivo». Elija el archivo con las cuentas."},
        allow_empty_file=True,
        max_length=None,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.distributor_id:
            del self.fields["distributor"]
        else:
            choice = cast("forms.ModelChoiceField[Distributor]", self.fields["distributor"])
            choice.queryset = Distributor.objects.visible_to(user)

    def clean_file(self) -> services.Rows:
        """The rows with something in them, by the form's fields."""
        upload = self.cleaned_data["file"]
        data: bytes = upload.read()
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.file_name = _shown(upload.name)
        try:
            rows = list(columns.rows(read(data)))
        except SheetRefused as refused:
            sentence = MESSAGES[refused.code].format(detail=refused.detail)
            raise forms.ValidationError(sentence, code=refused.code) from None
        except columns.HeadingsRefused as refused:
            raise forms.ValidationError([*refused.sentences], code="headings") from None
        if not rows:
            raise forms.ValidationError(MESSAGES["no_rows"], code="no_rows")
        return rows

    def receive(self) -> AccountImport:
        """Keeps the rows; short imports are judged when this returns."""
        return services.receive(
            self.cleaned_data["file"],
            file_name=self.file_name,
            sha256=self.sha256,
            distributor=self.user.distributor or self.cleaned_data["distributor"],
            user=self.user,
        )


def _shown(name: str) -> str:
    """A file's name without what is not to be seen; its end tells most."""
    clean = "".join(char if char.isprintable() else " " for char in PurePath(name.replace("\\", "/")).name)
    return clean.strip()[-NAME_LENGTH:] or "sin nombre"
