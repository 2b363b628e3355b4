"""Where a page leads once it is done, and which page it was opened from."""

from dataclasses import dataclass

from django.urls import reverse

from onboarding.wizard.step import Steps

# Pages that «Cambiar» starts from and saving returns to: they name themselves in the address, as `de`.
# The list of steps is one of them where «Guardar y salir» was asked something first.
RETURNS = ("terminar", "panel", "configuracion")


@dataclass(frozen=True)
class Onward:
    """`back` is the page that it was opened from, empty where it is just the next in the order."""

    back: str
    # Where «Continuar» leads.
    url: str

    @property
    def query(self) -> str:
        """For addresses that lead to the page again, or to a part of it."""
        return f"?de={self.back}" if self.back else ""


def onward(slug: str, pages: Steps, asked: str, *, finished: bool = False) -> Onward:
    """`asked` is what the address says; after finishing every step is opened from the panel."""
    back = asked if asked in RETURNS else "panel" if finished else ""
    if back:
        return Onward(back, address_of(back))
    slugs = [page.slug for page in pages]
    following = slugs[slugs.index(slug) + 1 :]
    return Onward("", address_of(following[0] if following else "panel"))


def address_of(back: str) -> str:
    """One of the pages around the steps, or a step's own."""
    return reverse(back) if back in ("panel", "configuracion") else reverse("paso", args=[back])
