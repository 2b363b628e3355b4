"""A page made into a picture of itself: what acts on it loses its power."""

from typing import Any

import pytest

from onboarding.backoffice.impersonation.read_only_html import read_only


@pytest.mark.parametrize(
    ("page", "gone"),
    [
        (
            '<form action="/x/" method="post"><input type="hidden" name="t"><button>Ir</button></form>',
            "/x/",
        ),
        ('<a href="https://example.com/">fuera</a>', "example.com"),
        ('<a href="javascript:alert(1)">fuera</a>', "javascript"),
        ('<img src="//example.com/x.png" srcset="/y.png" alt="">', "png"),
        ('<p data-poll="/configuracion/sellos/estado/" onclick="x()">a</p>', "estado"),
        ("<script src='/static/js/app.js'></script>", "script"),
    ],
)
def test_what_acts_loses_its_power(page: str, gone: str) -> None:
    calm: Any = read_only(
        f"<!doctype html><html><body><p>Ñ</p>{page}</body></html>", lambda url: None, "<p>b</p>"
    )
    assert gone not in calm
    assert "Ñ" in calm
