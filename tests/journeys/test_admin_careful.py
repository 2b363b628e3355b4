"""No page of admin undoes silently what others saved: every class with change permission, every inline.

Taken from the registry, so that a model that is registered later is held to it, too.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.test import Client
from pghistory.core import event_models

from companies.models import Company, PrivacyNotice, User
from facturamos import vault
from facturamos.admin.scoping import CHANGE
from facturamos.admin.shown import compared, read
from facturamos.vault import Secret
from mailing.models import Mailbox
from onboarding.models import Download
from tests.admin_page import filled, sent_by
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]
# Fields that may say anything, in the order in which one is chosen to be changed.
FREE = (
    *("full_name", "name", "from_name", "title", "text", "street", "note", "first_folio"),
    *("signed_on", "position", "email", "version"),
)
VALUES: dict[str, tuple[object, object]] = {
    "first_folio": (71, 72),
    "signed_on": ("2026-01-15", "2026-01-16"),
    "position": ("right", "center"),
    "email": ("uno@example.com", "dos@example.com"),
}


def changeable() -> list[admin.ModelAdmin[Any]]:
    return [each for each in admin.site._registry.values() if may_change(each)]


def inlines() -> list[tuple[admin.ModelAdmin[Any], type[Any]]]:
    return [(each, kind) for each in changeable() for kind in each.inlines if may_change(kind)]


def may_change(kind: object) -> bool:
    return CHANGE in getattr(kind, "support_may", ())


@pytest.fixture
def rows(issuer: User) -> list[Any]:
    """Complete, so that each page can be saved as it is."""
    complete = {"phone": "4771234567", "expedition_place": "37000", "tax_regime": "601"}
    Company.objects.filter(users=issuer).update(**complete)
    issuer.refresh_from_db()
    found = [
        *rows_of(issuer),
        Download.objects.create(title="Guía", file="descargas/x/guia.pdf"),
        PrivacyNotice.objects.create(version="2.0", text="Borrador."),
    ]
    mailbox = Mailbox.objects.get()
    vault.put(mailbox, "password", Secret("Canario-Azul-9"))
    mailbox.username = "ventas"
    mailbox.save()
    return found


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_superuser("duena", "x", email="owner@example.com", full_name="Olga Ortiz")


def row_for(model: type[Any], rows: list[Any]) -> Any:
    return next(each for each in reversed(rows) if isinstance(each, model))


def url_of(row: Any) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def overwrite(row: Any, column: str, value: object) -> None:
    """By SQL: whoever it is, and however."""
    type(row)._base_manager.filter(pk=row.pk).update(**{column: value})


def choose(form: forms.BaseForm) -> str:
    names = compared(form)
    return next(name for name in FREE if name in names)


def values_for(name: str) -> tuple[object, object]:
    return VALUES.get(name, ("Lo mío", "Lo de otra persona"))


def test_there_are_some() -> None:
    assert len(changeable()) > 8
    assert len(inlines()) >= 3


@pytest.mark.parametrize("model_admin", changeable(), ids=lambda each: each.opts.model_name)
def test_every_row_whose_page_can_be_saved_is_audited(model_admin: admin.ModelAdmin[Any]) -> None:
    """Else nobody could be told who saved the other version."""
    for model in (
        model_admin.model,
        *(kind.model for kind in model_admin.inlines if may_change(kind)),
    ):
        assert event_models(tracks_model=model), model


@pytest.mark.parametrize("model_admin", changeable(), ids=lambda each: each.opts.model_name)
def test_every_page_carries_what_it_shows(
    sign_in: SignIn, owner: User, rows: list[Any], model_admin: admin.ModelAdmin[Any]
) -> None:
    response = sign_in(owner).get(url_of(row_for(model_admin.model, rows)))

    shown = response.context["shown"]
    assert f'name="{response.context["shown_name"]}"' in response.content.decode()
    form = response.context["adminform"].form
    assert set(read(_query(shown))[""]) == set(compared(form))
    for each in response.context["inline_admin_formsets"]:
        for row in each.formset.initial_forms if each.has_change_permission else ():
            assert set(read(_query(shown))[f"{each.formset.prefix}:{row.instance.pk}"]) == set(compared(row))


def _query(shown: str) -> Any:
    return {"_shown": shown}


@pytest.mark.parametrize("model_admin", changeable(), ids=lambda each: each.opts.model_name)
def test_a_stale_save_of_every_class_is_asked_about(
    sign_in: SignIn, owner: User, rows: list[Any], model_admin: admin.ModelAdmin[Any]
) -> None:
    row = row_for(model_admin.model, rows)
    client, url = sign_in(owner), url_of(row)
    opened = client.get(url)
    form = opened.context["adminform"].form
    if not compared(form):  # its rows alone are changed there
        assert model_admin.inlines
        return
    name = choose(form)
    mine, theirs = values_for(name)

    overwrite(row, name, theirs)
    untouched = client.post(url, sent_by(opened))
    assert untouched.status_code == 302, untouched.context["adminform"].form.errors
    row.refresh_from_db()
    assert str(getattr(row, name)) == str(theirs)

    overwrite(row, name, "2026-01-17" if name == "signed_on" else values_back(name))
    data = filled(client, url, **{name: mine})
    overwrite(row, name, theirs)
    asked = client.post(url, data)
    assert asked.status_code == 200
    [clash] = asked.context["merged"].clashes
    assert str(mine) in clash.mine or clash.mine != clash.theirs
    row.refresh_from_db()
    assert str(getattr(row, name)) == str(theirs)

    assert client.post(url, sent_by(asked)).status_code == 302
    row.refresh_from_db()
    assert str(getattr(row, name)) == str(mine)


def values_back(name: str) -> object:
    return {"first_folio": 1, "position": "left", "email": "tres@example.com"}.get(name, "Como estaba")


@pytest.mark.parametrize(
    ("model_admin", "kind"), inlines(), ids=lambda each: str(getattr(each, "__name__", ""))
)
def test_a_stale_save_of_every_inline_is_asked_about(
    sign_in: SignIn, owner: User, rows: list[Any], model_admin: admin.ModelAdmin[Any], kind: type[Any]
) -> None:
    row, child = row_for(model_admin.model, rows), row_for_inline(kind.model, rows)
    client, url = sign_in(owner), url_of(row)
    formset = next(
        each.formset
        for each in client.get(url).context["inline_admin_formsets"]
        if each.opts.model is kind.model
    )
    name = choose(formset.initial_forms[0])
    mine, theirs = values_for(name)
    field = f"{formset.prefix}-0-{name}"

    data = filled(client, url)
    overwrite(child, name, theirs)
    assert client.post(url, data).status_code == 302
    child.refresh_from_db()
    assert str(getattr(child, name)) == str(theirs)

    overwrite(child, name, values_back(name))
    data = filled(client, url, **{field: mine})
    overwrite(child, name, theirs)
    asked = client.post(url, data)
    assert [clash.name for clash in asked.context["merged"].clashes] == [field]

    assert client.post(url, sent_by(asked) | {"_keep": field}).status_code == 302
    child.refresh_from_db()
    assert str(getattr(child, name)) == str(theirs)


def row_for_inline(model: type[Any], rows: list[Any]) -> Any:
    found = next((each for each in rows if isinstance(each, model)), None)
    return found or model._default_manager.get()
