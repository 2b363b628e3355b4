"""What somebody typed as a name becomes no link in a mail, in its subject, its text and its HTML."""

import re
from datetime import date
from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.mail import EmailMessage

from mailing import outbox
from mailing.backend import EmailBackend
from mailing.links import only_links_of, only_links_of_html, unlinked

NAMES = [
    "HTTPS://EVIL.EXAMPLE/X",
    "http:/evil.example",
    "WWW.EVIL.EXAMPLE",
    "xwww.evil.example",
    "_www.evil.example",
    "EVIL.EXAMPLE/X",
    "evil.example:8080/x",
    "//evil.example",
    "evil.example?pagar",
    "evil.example#pagar",
    "mailto:x@evil.example",
    "=?UTF-8?Q?=3CX=40B=2EC=3E=2C?=",
    "=?utf-8?q?http=3A=2F=2Fevil.example?=",
    "h\u202ettp://evil.example",
    f"{settings.SITE_URL}.evil.example/x",
]
LINK = re.compile(r"\w:/|www\.|//|mailto:|\w\.[a-z]{2,}(:\d+)?[/?#]|=\?|\?=|\u202e", re.IGNORECASE)


def deletion(name: str) -> outbox.Mail:
    company = SimpleNamespace(name=name, code="A1", deletion_final_at=date(2026, 12, 24))
    return outbox.render("backoffice.deletion", {"company": company, "url": outbox.page_url("asistencia")})


def shown(markup: str) -> str:
    return re.sub(r"<[^>]*>", " ", markup)


def without_ours(text: str) -> str:
    return re.sub(rf"{re.escape(settings.SITE_URL)}(/\S*|(?=\s|$))", "", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_becomes_no_link_in_any_part_of_a_mail(name: str) -> None:
    mail = deletion(name)

    for part in (mail.subject, without_ours(mail.text), without_ours(shown(mail.html))):
        assert not LINK.search(part), part
    assert outbox.page_url("asistencia") in mail.text
    assert f'href="{outbox.page_url("asistencia")}"' in mail.html


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_decoded_out_of_a_subject(name: str) -> None:
    mail = deletion(name)
    content = EmailBackend(host="h", port=25).envelope(EmailMessage(mail.subject, "x", "f@x.mx", ["a@b.mx"]))

    assert message_from_bytes(content.content, policy=policy.default)["Subject"] == mail.subject


def test_a_digest_names_companies_and_links_to_none_of_theirs() -> None:
    company = SimpleNamespace(name="HTTPS://EVIL.EXAMPLE/X", code="A1")
    blocked = SimpleNamespace(text="Falta firmar la Carta Manifiesto.")
    row = SimpleNamespace(company=company, finished_at=None, idle_days=3, blocked=blocked)
    url = outbox.page_url("panel")
    group = {"title": "Sin entrar", "count": 1, "url": url, "more": 0, "named": [{"row": row, "url": url}]}
    context = {
        "distributor": SimpleNamespace(name="www.evil.example"),
        "unfinished": 1,
        "groups": [group],
        "url": url,
        "stop_url": url,
        "stop_label": "Resumen",
    }

    mail = outbox.render("backoffice.digest", context)

    assert "HTTPS EVIL EXAMPLE/X (A1)" in mail.text
    assert f'<a href="{url}">HTTPS EVIL EXAMPLE/X</a>' in mail.html
    assert "www evil.example" in mail.text
    assert not LINK.search(without_ours(shown(mail.html)))


@pytest.mark.parametrize(
    "text",
    [
        "PANADERÍA LA ÑAPA, S.A. de C.V./Sucursal 2",
        "Tienda.com",
        "A/B y C: todo",
        "del 24/11 al 3/12, 24/7",
        "RFC: XAXX010101000. Vence: mañana",
        "ana@panaderia.mx",
    ],
)
def test_what_is_no_link_stays_as_it_is(text: str) -> None:
    assert unlinked(text) == text


def test_a_link_that_the_builder_named_stays() -> None:
    approve = "https://login.example/adminconsent?a=1&b=2"
    text = f"Apruébelo: {approve}.\n\nVea «{settings.SITE_URL}/panel/»; no https://login.example/otra"

    assert only_links_of(text, settings.SITE_URL, [approve]) == text.replace(
        "https://login.example/otra", "https login example/otra"
    )
    markup = f'<a href="https://x.example/">{approve.replace("&", "&amp;")}</a>'
    assert only_links_of_html(markup, settings.SITE_URL, [approve]) == markup
