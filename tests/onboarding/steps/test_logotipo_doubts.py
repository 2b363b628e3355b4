"""A logo that may look bad on paper is asked about once."""

from io import BytesIO

import pytest

from companies.models import User
from tests.companies import pictures
from tests.onboarding.answers import jpeg, logo
from tests.onboarding.browser import Tab
from tests.onboarding.wizard.test_doubts import doubts_of, page_of, questions


def small() -> dict[str, object]:
    """Read once, so made anew."""
    return {"image": logo(content=jpeg(size=(90, 60))), "position": "left"}


@pytest.mark.parametrize("pressed", ["guardar", "dejar-logotipo"])
def test_a_small_logo_is_asked_about_once(tab: Tab, issuer: User, pressed: str) -> None:
    slug = "logotipo"
    first = tab.submit(slug, small())
    assert first["Location"] == page_of(slug)
    assert "en papel se verá borroso" in tab.client.get(page_of(slug)).content.decode()

    assert tab.submit(slug, {"position": "left"}, accion=pressed)["Location"] == page_of("sellos")

    assert questions(tab, slug) == []
    assert len(doubts_of(issuer, slug)) == 1
    assert tab.submit(slug, {"position": "right"})["Location"] == page_of("sellos")
    other = logo(content=jpeg("maroon", size=(80, 60)))
    assert tab.submit(slug, {"image": other, "position": "left"})["Location"] == page_of(slug)


def test_a_logo_that_looks_cut_is_asked_about_as_long_as_it_is_there(tab: Tab, issuer: User) -> None:
    whole = pictures.picture((640, 400))
    whole.paste((128, 128, 128), (0, 208, 640, 400))
    buffer = BytesIO()
    whole.save(buffer, "JPEG")
    tab.submit("logotipo", {"image": logo(content=buffer.getvalue()), "position": "left"})
    assert "toda del mismo gris" in tab.client.get(page_of("logotipo")).content.decode()

    tab.submit("logotipo", {"position": "left"}, accion="dejar-logotipo")
    assert "toda del mismo gris" in doubts_of(issuer, "logotipo")[0]

    tab.submit("logotipo", {"image": logo(), "position": "left"})
    assert doubts_of(issuer, "logotipo") == []
