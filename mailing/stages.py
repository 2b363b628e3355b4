"""How far the test of a mailbox has come, for people."""

from dataclasses import dataclass

from mailing.models import MailboxTest
from mailing.oauth.examination import STAGES as PERMIT_STAGES
from mailing.smtp.protocol import Stage


@dataclass(frozen=True)
class StageLine:
    """One line of the running test. `state`: done, current, failed or waiting."""

    title: str
    state: str

    @property
    def dot(self) -> str:
        """How the line's sign is drawn; empty: with its number."""
        return {"done": "done", "current": "waiting"}.get(self.state, "")

    @property
    def aloud(self) -> str:
        """The state, for whoever does not see the sign."""
        return {"done": "listo", "current": "en curso"}.get(self.state, "en espera")


STAGES = (
    (Stage.SERVER, "Encontrar el servidor"),
    (Stage.CONNECTION, "Conectar"),
    (Stage.SECURITY, "Asegurar la conexión"),
    (Stage.SIGN_IN, "Comprobar usuario y contraseña"),
    (Stage.DELIVERY, "Entregar el correo"),
)


def stage_lines(test: MailboxTest, *, running: bool) -> tuple[StageLine, ...]:
    """Every stage of the mailbox's kind of test, and how it stands."""
    named = PERMIT_STAGES if test.mailbox.is_permitted else STAGES
    order = [stage for stage, _title in named]
    at = order.index(Stage(test.stage)) if test.stage in order else 0
    here = "done" if test.passed else "current" if running else "failed"
    states = ["done"] * at + [here] + ["waiting"] * (len(order) - at - 1)
    return tuple(StageLine(title, state) for (_stage, title), state in zip(named, states, strict=True))
