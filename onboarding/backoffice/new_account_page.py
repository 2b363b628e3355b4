"""The page «Nueva cuenta» with its three buttons: read a constancia, look a postal code up, open."""

from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone

from companies.csf.constancia import Constancia
from companies.forms.csf import ConstanciaForm
from companies.models import Company, User
from onboarding.backoffice.new_account import FASTER, NewAccountForm
from onboarding.backoffice.offered import Difference, Offered

READ, LOOK_UP = "leer", "buscar"


def answer(request: HttpRequest, user: User) -> Company | dict[str, Any]:
    """The company that was opened, or what the page shows."""
    if request.method != "POST":
        return _shown(NewAccountForm(opened_by=user))
    pressed = request.POST.get("accion")
    # A file that was chosen and not yet read is not passed over.
    if pressed == READ or request.FILES:
        return _read(request, user)
    offered = Offered.opened(request.POST.get("constancia", ""), user)
    if pressed == LOOK_UP:
        form = NewAccountForm(opened_by=user, offered=offered, initial=_typed(request))
        form.look_up(_typed(request))
        return _shown(form, user=user, offered=offered)
    return _open(request, user, offered)


def _open(request: HttpRequest, user: User, offered: Offered | None) -> Company | dict[str, Any]:
    form = NewAccountForm(request.POST, opened_by=user, offered=offered)
    if form.is_valid():
        try:
            return form.open()
        except IntegrityError:  # the same at the same time: a double click, or a colleague
            form.add_error(None, FASTER)
    return _shown(form, user=user, offered=offered)


def _read(request: HttpRequest, user: User) -> dict[str, Any]:
    """Fills the form from the constancia; nothing is judged or saved, and the file is not kept."""
    typed, upload = _typed(request), ConstanciaForm(request.POST, request.FILES)
    former = Offered.opened(request.POST.get("constancia", ""), user)
    if not upload.is_valid():
        form = NewAccountForm(opened_by=user, offered=former, initial=typed)
        return _shown(form, user=user, offered=former, upload=upload)
    typed = former.without(typed) if former else typed
    csf: Constancia = upload.cleaned_data["file"]
    offered = Offered.of(csf, typed)
    form = NewAccountForm(opened_by=user, offered=offered, initial={**typed, **offered.values})
    return _shown(form, user=user, offered=offered, csf=csf, differences=offered.differences(typed))


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items()}


def _shown(
    form: NewAccountForm,
    *,
    user: User | None = None,
    offered: Offered | None = None,
    upload: ConstanciaForm | None = None,
    csf: Constancia | None = None,
    differences: list[Difference] | None = None,
) -> dict[str, Any]:
    return {
        "form": form,
        "upload": upload or ConstanciaForm(),
        "csf": csf,
        "fresh": csf is None or csf.is_fresh(timezone.localdate()),
        "offered": offered,
        "sealed": offered.sealed(user) if offered and user else "",
        "differences": differences or [],
    }
