"""SOAP: what is sent is one question, and what comes back is read without doing what it says."""

import pytest
from lxml import etree

from certificates.letter.pacs import soap
from certificates.letter.pacs.interface import PacUnreachable
from tests.mailing.conversations import little_memory

HEAD = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">'


def test_values_are_text_and_nothing_else() -> None:
    sent = soap.envelope("urn:x", "do", {"name": "<b>&\"'</b>\0\x1b Ñ\n", "empty": ""})

    question = etree.fromstring(sent)[0][0]
    assert etree.QName(question).text == "{urn:x}do"
    assert [(each.tag, each.text or "") for each in question] == [("name", "<b>&\"'</b> Ñ\n"), ("empty", "")]


def test_an_answer_is_read_by_local_names() -> None:
    answer = soap.read(
        f"{HEAD}<a:code xmlns:a='x'>200</a:code><code>2</code><ok> TRUE </ok></e:Envelope>".encode()
    )

    assert (answer.text("code"), answer.text("none"), answer.says("ok"), answer.says("code")) == (
        "200",
        "",
        True,
        False,
    )


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html></html>",
        "{}",
        f"{HEAD}",
        f"<!DOCTYPE x>{HEAD}</e:Envelope>",
        f'<!DOCTYPE x [<!ENTITY a "b">]>{HEAD}<code>&a;</code></e:Envelope>',
        f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{HEAD}</e:Envelope>',
        "<Envelope/>",
    ],
)
def test_what_is_no_answer_is_refused(content: str) -> None:
    with pytest.raises(PacUnreachable, match="not_soap"):
        soap.read(content.encode())


def test_a_flood_of_elements_takes_no_memory_and_hides_no_answer() -> None:
    flood = "<a/>" * 1_000_000 + "".join(f"<n{number}/>" for number in range(10_000))
    content = f"{HEAD}<code>200</code>{flood}</e:Envelope>".encode()

    with little_memory():  # as a tree it would take more than 90 MB
        answer = soap.read(content)

    assert answer.text("code") == "200"
    assert len(answer.values) == soap.MAX_NAMES


def test_words_cannot_turn_what_stands_beside_them() -> None:
    answer = soap.read(f"{HEAD}<message>No \u202eexiste\u200b  la cuenta</message></e:Envelope>".encode())

    assert answer.words("message") == "No existe la cuenta"
