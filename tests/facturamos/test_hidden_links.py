"""Links that open something are in nothing that is logged."""

import io
import logging
from collections.abc import Iterator

import pytest

from facturamos.hidden_links import LinksHidden, without_links


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a logger writes through a handler of ours."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(LinksHidden())
    logger = logging.getLogger("tests.links")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/encargo/enlace/0123abcd-1.AbC_d-e/", "/encargo/enlace/…/"),
        ("/recuperar/MQ/cabc12-0123456789abcdef/", "/recuperar/MQ/…/"),
        ("/recuperar/correo/eyJ1Ijox:1abc:xyz/", "/recuperar/correo/…/"),
        ("/recuperar/credenciales/MTI:1abc:xyz/", "/recuperar/credenciales/…/"),
        ("/recordatorios/WyJh:1abc:xyz/", "/recordatorios/…/"),
        ("/configuracion/sellos/estado/?de=panel", "/configuracion/sellos/estado/?de=panel"),
        ("/recuperar/enviado/", "/recuperar/enviado/"),
    ],
)
def test_a_link_is_cut_out_of_an_address(address: str, shown: str) -> None:
    assert without_links(f'"GET {address} HTTP/1.1" 500') == f'"GET {shown} HTTP/1.1" 500'


def test_messages_arguments_and_tracebacks_hold_none(written: io.StringIO) -> None:
    logger, link = logging.getLogger("tests.links"), "/encargo/enlace/0123abcd-1.SECRETO/"
    logger.error("Internal Server Error: %s", link)
    logger.error('"%s" %s %s', f"GET {link} HTTP/1.1", 500, "12")
    try:
        raise ValueError(f"nothing at {link}")
    except ValueError:
        logger.exception("It failed at %s", link)

    assert written.getvalue().count("/encargo/enlace/…/") == 4
    assert "SECRETO" not in written.getvalue()
    assert "Traceback" in written.getvalue()
