"""An issuer who walks the twelve steps, then saves the address over and over; who tries again as told."""

import re
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from onboarding.steps import STEPS
from tests.authority import known_ca
from tests.http_tab import Answer
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import address_after, hidden
from tests.rehearsal.visitor import Visitor

# How long one step may take, with everything that happens meanwhile.
PATIENCE = 240
PAUSE = 0.5
OMITTED = {"correo"}


class Lost(AssertionError):
    """An issuer who cannot go on."""


@dataclass
class Issuer:
    """One company's user at its own pace."""

    visitor: Visitor
    email: str
    rfc: str
    name: str
    number: int
    inbox: Path
    # What was answered as saved.
    saved: list[str] = field(default_factory=list)
    finished: bool = False
    trouble: str = ""

    def run(self, over: threading.Event) -> None:
        """All of it, until it is over; what went wrong is kept for the test."""
        try:
            self.walk()
            while not over.is_set():
                self.change_address()
                time.sleep(PAUSE)
        except Exception as error:
            self.trouble = f"{type(error).__name__}: {error}"

    def walk(self) -> None:
        """From the mail with the credentials to the panel."""
        username, password = self._credentials()
        self._sign_in(username, password)
        for step in STEPS:
            self._do(step.slug, lambda slug=step.slug: self._answers(slug, username, password))
            time.sleep(PAUSE)
        self.finished = True

    def change_address(self) -> None:
        """One save more, that can be told from all others."""
        reference = f"visita {self.number}-{len(self.saved)}"
        answers = ANSWERS["direccion-fiscal"]() | {"reference": reference}
        self._do("direccion-fiscal", lambda: answers)
        self.saved.append(reference)

    def _credentials(self) -> tuple[str, str]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for file in self.inbox.glob("*.eml"):
                mail = message_from_bytes(file.read_bytes(), policy=default)
                text = str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
                if self.email in str(mail["To"]) and (found := re.search(r"Usuario: +(\S+)", text)):
                    return found[1], re.search(r"Contraseña[^:\n]*: +(\S+)", text)[1]  # type: ignore[index]
            time.sleep(PAUSE)
        raise Lost("no mail with credentials")

    def _sign_in(self, username: str, password: str) -> None:
        def once() -> bool:
            self.visitor.get("/entrar/")
            answer = self.visitor.post("/entrar/", {"username": username, "password": password})
            return answer.status == 302

        self._insist("entrar", once)

    def _answers(self, slug: str, username: str, password: str) -> dict[str, Any]:
        if slug == "sellos":
            return csd_files(
                known_ca().issue(rfc=self.rfc, name=self.name, number=f"0000100000070000{self.number:04}")
            )
        answers = ANSWERS[slug]()
        if slug == "datos-fiscales":
            return answers | {"name": self.name, "rfc": self.rfc}
        if slug == "usuario":
            return answers | {"email": self.email, "username": username, "current_password": password}
        return answers

    def _do(self, slug: str, answers: Any) -> None:
        """Opens a step, fills it in, presses its first button; again, as long as the site asks for that."""
        address = f"/configuracion/{slug}/"

        def once() -> bool:
            page = self.visitor.get(address)
            if page.status != 200:
                return False
            data = hidden(page) | {f"{slug}-{name}": value for name, value in answers().items()}
            if slug in OMITTED:
                data["accion"] = "omitir"
            return self._is_done(slug, self.visitor.post(address, data))

        self._insist(slug, once)

    def _is_done(self, slug: str, answer: Answer) -> bool:
        if slug == "sellos":
            return answer.status == 302
        if slug == "terminar":
            return answer.location.startswith("/panel/")
        return answer.status == 302 and (self.finished or answer.location.startswith(address_after(slug)))

    def _insist(self, what: str, once: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while not once():
            if time.monotonic() > deadline:
                last = self.visitor.seen[-1]
                raise Lost(f"{what}: {last.answer.status} {last.answer.location} {_words(last.answer)}")
            time.sleep(PAUSE)


def _words(answer: Answer) -> str:
    """The page's own words, without its tags."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode(errors="replace").partition("<main")[2])
    return " ".join(text.split())[:600]
