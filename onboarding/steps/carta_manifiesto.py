"""The Carta Manifiesto: signed at the PAC's site, or on its page; the e.firma's key never comes here."""

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from certificates.models import LetterSignature, LetterSubmission
from companies.forms import ManifestLetterForm
from companies.models import Company, ManifestLetter
from facturamos.prose import date
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement, Stops, Turn
from onboarding.wizard.step import Action, Context, Step, Summary, Visit

# What the page says right after it was signed there.
SIGNED_HERE = (
    "Su Carta Manifiesto quedó firmada",
    "Guardamos su firma. Aquí verá cuando el PAC la compruebe.",
)
SIGNED_FOR_ANOTHER = (
    "La Carta Manifiesto quedó firmada",
    "Guardamos la firma y le avisamos a quien se la pidió. No tiene que hacer nada más.",
)


# Milliseconds between two looks at a letter on its way.
SOON, SLOWLY = 2_000, 15_000
# What a letter must know of its PAC.
ADDRESSEE = ("name", "rfc", "authorization")


def letter_of(company: Company) -> ManifestLetter:
    """The letter that the company is asked for: its own, or a new one when it has none under these terms."""
    letter = _own_letter(company)
    if letter is None:
        return ManifestLetter(company=company)
    return letter if letter.is_current else letter.anew()


def _own_letter(company: Company) -> ManifestLetter | None:
    """The company's, under whatever terms; None when it has none."""
    letter: ManifestLetter | None = getattr(company, "manifest_letter", None)
    return letter


def _poll_ms(letter: ManifestLetter) -> int:
    """Seconds may do until the PAC has it; when it confirms it is its own affair. 0: nothing moves."""
    if not letter.signature:
        return 0
    moves = LetterSubmission.objects.filter(signature=letter.signature, outcome="").exists()
    return (SLOWLY if letter.sent_at else SOON) if moves else 0


class ManifestLetterStep(Step[ManifestLetterForm]):
    """How to sign it, a manual made for the company, and the acknowledgement to upload."""

    slug = "carta-manifiesto"
    title = "Carta manifiesto"
    heading = "Firme la Carta Manifiesto con el PAC"
    lead = (
        "Es el permiso para que el proveedor autorizado timbre sus facturas. Se firma con su e.firma, cuya "
        "llave y contraseña nunca le pediremos que nos mande."
    )
    in_short = "autorizar con su e.firma al PAC, quien valida sus facturas ante el SAT"
    needs = "su e.firma vigente (.cer, .key y contraseña); ni la llave ni la contraseña nos llegan"
    minutes = 5
    lasting = True
    asked_of = "su representante legal"
    asking = "Pedir la firma a mi representante"
    asked_still = "Guardado. Todavía falta firmarla, y anotar aquí cuándo."
    errand = "firmar la Carta Manifiesto con la e.firma de la empresa"
    form_class = ManifestLetterForm

    def state(self, progress: Progress) -> Status:
        """Without the letter the PAC stamps nothing: only one that was found there is complete."""
        letter = _own_letter(progress.company)
        # Asked of every row of the board: one that is not there is not made for it.
        match letter.state if letter and letter.is_current else ManifestLetter.State.NOT_STARTED:
            case ManifestLetter.State.VERIFIED:
                return Status.DONE
            case ManifestLetter.State.REJECTED:
                return Status.PROBLEM
            case ManifestLetter.State.SIGNED | ManifestLetter.State.SENT if not progress.note(self.slug):
                return Status.REVIEW
        return Status.TODO

    def status_label(self, status: Status, progress: Progress) -> str:
        """Seen and left for later is another thing than never seen."""
        unsigned = status is Status.TODO and progress.saved(self.slug) and not progress.note(self.slug)
        return "Pendiente de firma" if unsigned else status.label

    def blocks(self, progress: Progress) -> bool:
        """Finishing waits only until the page was seen: who signs it may be somebody else, another day."""
        if progress.note(self.slug):
            return True
        return not progress.saved(self.slug) and self.status(progress) is Status.TODO

    def requirement(self, progress: Progress) -> Requirement:
        """Signed, and found at the PAC."""
        if self.blocks(progress):
            return super().requirement(progress)
        letter = _own_letter(progress.company)
        line = Requirement(
            code=self.slug,
            title=self.title,
            state="waiting",
            text="Falta firmarla: sin ella no se timbran facturas.",
            brief="Falta firmar la Carta Manifiesto.",
            page=self.slug,
            action="Firmar la Carta Manifiesto",
            stops=Stops.INVOICING,
            lasting=self.lasting,
        )
        if letter is None or not letter.is_current:
            return self._asked_again(line, letter)
        match letter.state:
            case ManifestLetter.State.VERIFIED:
                return line._replace(
                    state="done", text="Comprobada con el PAC.", brief="", when=letter.verified_at
                )
            case ManifestLetter.State.REJECTED:
                return self._rejected(line, letter)
            case ManifestLetter.State.SIGNED | ManifestLetter.State.SENT:
                return self._signed(line, letter)
        # Where a page has made it anew (`letter_of`), the company knows the new one.
        return self._asked_again(line, letter.replaces)

    def _rejected(self, line: Requirement, letter: ManifestLetter) -> Requirement:
        return line._replace(
            state="problem",
            text=f"El PAC no la aceptó. {letter.rejection} {letter.next_action}",
            brief=f"El PAC no aceptó la Carta Manifiesto. {letter.rejection}",
            action="Firmar otra vez la Carta Manifiesto",
        )

    def _signed(self, line: Requirement, letter: ManifestLetter) -> Requirement:
        """Whose turn it is: ours to send it or to look, the PAC's to confirm it."""
        signed = date(letter.signed_on) if letter.signed_on else ""
        text, turn = "Falta que la comprobemos con el PAC.", Turn.US
        if letter.is_doubtful:
            text = "No sabemos si llegó al PAC: Asistencia lo revisa."
        elif letter.sent_at:
            text, turn = "La enviamos al PAC y falta que la confirme.", Turn.PAC
        elif letter.signature and settings.PAC_ADAPTER != "none":
            text = "La estamos enviando al PAC."
        return line._replace(
            text=f"La firmó el {signed}. {text}",
            brief=f"Falta comprobar con el PAC la Carta Manifiesto, firmada el {signed}.",
            action="",
            turn=turn,
        )

    def _asked_again(self, line: Requirement, former: ManifestLetter | None) -> Requirement:
        """Of a letter that was signed under other terms, or for another RFC."""
        if former is None or former.signed_on is None:
            return line
        if former.rfc not in ("", former.company.rfc):
            return line._replace(
                text="Cambió el RFC de su empresa: hay que firmar la carta otra vez.",
                brief="Falta firmar otra vez la Carta Manifiesto: cambió el RFC de la empresa.",
            )
        return line._replace(
            text="Cambió el PAC o el texto de la carta: hay que firmarla otra vez.",
            brief="Falta firmar otra vez la Carta Manifiesto: cambió el PAC o su texto.",
        )

    def instance(self, progress: Progress) -> ManifestLetter:
        return letter_of(progress.company)

    def context(self, visit: Visit) -> Context:
        """The letter's state, and where it is signed."""
        letter = letter_of(visit.progress.company)
        return {
            **self.state_context(visit.progress),
            "signs_here": letter.can_be_signed and all(settings.PAC[name] for name in ADDRESSEE),
            "pac": settings.PAC,
        }

    def state_context(self, progress: Progress) -> Context:
        """How far the letter has come, for the page and for what it polls while that may still change."""
        letter = letter_of(progress.company)
        return {
            "letter": letter,
            "letter_since": letter.since,
            "letter_line": self.requirement(progress),
            "letter_poll_ms": _poll_ms(letter),
            "note": progress.note(self.slug),
        }

    def fingerprint(self, progress: Progress) -> str:
        return letter_of(progress.company).acknowledgement_sha256

    def actions(self) -> dict[str, Action]:
        return {"manual": self.make_manual}

    def make_manual(self, visit: Visit) -> HttpResponse:
        """Notes when the manual was made first, and redirects to the file."""
        letter = letter_of(visit.progress.company)
        if letter.manual_made_at is None:
            letter.manual_made_at = timezone.now()
            letter.save(update_fields=["manual_made_at"] if letter.pk else None)
        return redirect("carta_manual")

    def keep_files(self, visit: Visit, form: ManifestLetterForm) -> None:
        form.keep_acknowledgement(letter_of(visit.progress.company))

    def is_done_since(self, progress: Progress, since: datetime) -> bool:
        """Once it is signed, or declared so: having seen the page is not what was asked for."""
        letter, state = letter_of(progress.company), ManifestLetter.State
        if letter.state not in (state.SIGNED, state.SENT, state.VERIFIED):
            return False
        return not letter.can_be_signed or super().is_done_since(progress, since)

    def may_be_asked(self, progress: Progress) -> bool:
        """While somebody can sign it."""
        return letter_of(progress.company).can_be_signed

    def was_done_by(self, progress: Progress, delegate: str, since: datetime) -> bool:
        """Of a letter that was signed on its page, whose signature it is."""
        signature = letter_of(progress.company).signature
        if signature is None:
            return super().was_done_by(progress, delegate, since)
        return LetterSignature.objects.filter(pk=signature, sent_by=delegate[:300], user=None).exists()

    def summary(self, progress: Progress) -> Summary:
        """How far the letter has come."""
        return [("Carta manifiesto", letter_of(progress.company).state.label)]
