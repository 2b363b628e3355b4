"""What was typed on a page that could not be saved, because the session was over: kept for who typed it.

The page carries a mark, signed: whose it is, and which of its fields may be kept; secrets and files are none
of them. So nothing is kept that did not come from a page of ours, and it is given back to nobody else. It
waits in the visitor's session, which signing in goes on with.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django import forms
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, QueryDict

# The hidden field, and where it waits in the session; templates ask for the latter.
MARK = "de-quien"
SESSION_KEY = "unsaved"
KEPT_FOR = timedelta(hours=2)
# What the longest page holds, several times over.
MAX_CHARACTERS = 20_000

_signer = Signer(salt="facturamos.unsaved")


@dataclass(frozen=True)
class Unsaved:
    """What was typed on the page at `path`: as it was sent."""

    path: str
    data: QueryDict


def mark(user_pk: int, form: forms.BaseForm, also: Iterable[str] = ()) -> str:
    """For the page that shows this form to this user; `also` are names of what it has besides the form."""
    return mark_of(user_pk, [*also, *_names(form)])


def _names(form: forms.BaseForm) -> Iterator[str]:
    for name, field in form.fields.items():
        if _may_be_kept(field):
            whole = form.add_prefix(name)
            # A widget of several inputs names the others by what follows the name (`beside`).
            yield from (whole + end for end in ("", *getattr(field.widget, "beside", ())))


def mark_of(user_pk: int, names: Iterable[str]) -> str:
    """The same for a page whose fields are no form's: those that may be kept."""
    return _signer.sign_object({"user": user_pk, "fields": [*names]}, compress=True)


def _may_be_kept(field: forms.Field) -> bool:
    return not isinstance(field.widget, forms.PasswordInput | forms.FileInput)


def keep(request: HttpRequest) -> bool:
    """Keeps what a page has just sent; returns whether there was anything to keep, for who asks now."""
    try:
        marked = _signer.unsign_object(request.POST.get(MARK, ""))
    except BadSignature:
        return False
    if request.user.is_authenticated and request.user.pk != marked["user"]:
        return False
    names = {*marked["fields"], "version"}
    data = {name: values for name, values in request.POST.lists() if name in names}
    if sum(len(value) for values in data.values() for value in values) > MAX_CHARACTERS:
        return False
    until = time.time() + KEPT_FOR.total_seconds()
    request.session[SESSION_KEY] = {
        "user": marked["user"],
        "path": request.get_full_path(),
        "data": data,
        "until": until,
    }
    return True


def take(request: HttpRequest) -> Unsaved | None:
    """Gives back what its owner typed on this page, once; what is another's or too old is forgotten."""
    kept: Mapping[str, object] | None = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    its_owner = request.user.is_authenticated and request.user.pk == kept["user"]
    if its_owner and _is_recent(kept) and kept["path"] != request.get_full_path():
        return None
    del request.session[SESSION_KEY]
    if not its_owner or not _is_recent(kept):
        return None
    data = QueryDict(mutable=True)
    stored = kept["data"]
    if isinstance(stored, dict):
        for name, values in stored.items():
            data.setlist(name, values)
    return Unsaved(str(kept["path"]), data)


def _is_recent(kept: Mapping[str, object]) -> bool:
    until = kept["until"]
    return isinstance(until, int | float) and time.time() < until


def fill(form: forms.BaseForm, data: QueryDict) -> None:
    """Shows on an unsent form what was typed, unjudged."""
    typed = {
        name: field.widget.value_from_datadict(data, {}, form.add_prefix(name))
        for name, field in form.fields.items()
        if _may_be_kept(field)
    }
    form.initial = {**dict(form.initial or {}), **typed}
    for name in typed:
        # A field that its form has looked at already remembers what it began with.
        vars(form[name]).pop("initial", None)
