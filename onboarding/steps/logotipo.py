"""The logo, seen on an invoice of the company's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from companies.forms import LogoForm
from companies.forms.fields import sha256_of
from companies.logo import preparing
from companies.models import Company, DocumentType, Logo
from onboarding.wizard.doubts import ASKED, Doubt, Proposal
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.step import Context, Step, Summary, Visit

SLUG = "logotipo"


def logo_of(company: Company) -> Logo | None:
    """The company's logo, if it has one."""
    return getattr(company, "logo", None)


def kind_asked(asked: str) -> DocumentType.Kind:
    """The document that was asked for, or an invoice."""
    return DocumentType.Kind(asked) if asked in DocumentType.Kind else DocumentType.Kind.INVOICE


def position_asked(asked: str, company: Company) -> Logo.Position:
    """The position that was asked for, or where the company's logo stands."""
    if asked in Logo.Position:
        return Logo.Position(asked)
    logo = logo_of(company)
    return Logo.Position(logo.position) if logo else Logo.Position.LEFT


@dataclass(frozen=True)
class Sample:
    """The sample on the page: which document, where the logo stands on it, and its two addresses."""

    company: Company
    kind: DocumentType.Kind
    position: Logo.Position
    query: str
    # Whether the page was asked for to show another document, and so begins there.
    asked: bool = False

    @classmethod
    def of(cls, visit: Visit) -> "Sample":
        """The document that was asked for, with the logo where it was chosen to stand, be it saved or not."""
        company, request = visit.progress.company, visit.request
        kind = kind_asked(request.GET.get("documento", ""))
        position = position_asked(request.POST.get(f"{SLUG}-position", ""), company)
        logo = logo_of(company)
        version = logo.source_sha256[:12] if logo else ""
        # With another logo the address is another.
        query = urlencode({"posicion": position, "documento": kind, "v": version})
        return cls(
            company, kind, position, query, asked=request.method == "GET" and "documento" in request.GET
        )

    @property
    def url(self) -> str:
        return f"{reverse('muestra')}?{self.query}"

    @property
    def pdf_url(self) -> str:
        return f"{reverse('muestra_pdf')}?{self.query}"

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The documents to choose from, in the guide's order."""
        return [(kind.value, kind.label) for kind in DocumentType.kinds_for(self.company)]


def alternative(company: Company, document: str, position: str, *, has_logo: bool) -> str:
    """What the sample's picture shows, for whoever does not see it."""
    logo = f" y su logotipo; posición: {position}" if has_logo else ", todavía sin logotipo"
    shown = f"Muestra de {document} con los datos de {company.name}{logo}."
    return f"{shown} El PDF de abajo dice lo mismo en texto."


def _cut_mark(sha256: str) -> str:
    """The entry among a company's doubts that says of a picture that it looked cut off."""
    return f"cortado-{sha256[:16]}"


class LogoStep(Step[LogoForm]):
    """The picture as uploaded is never shown: we make our own of it."""

    slug = SLUG
    title = "Logotipo"
    heading = "Ponga su logotipo en sus facturas"
    lead = "Así lo verán sus clientes. Si no lo tiene a la mano, puede agregarlo después."
    in_short = "verlo en su factura"
    needs = "la imagen de su logotipo"
    form_class = LogoForm
    optional = True
    asks = True
    # The picture besides: whoever fills in the page brings a file.
    sample_answer = {"position": "right"}

    def state(self, progress: Progress) -> Status:
        """A logo that is there counts, whoever put it."""
        if logo_of(progress.company):
            return Status.DONE
        return Status.SKIPPED if progress.omitted(self.slug) else Status.TODO

    def form_kwargs(self, progress: Progress) -> Context:
        return {"company": progress.company}

    def context(self, visit: Visit) -> Context:
        """The logo, what one should look at in it, and the document that it is seen on."""
        company, sample = visit.progress.company, Sample.of(visit)
        logo = logo_of(company)
        shown, has_logo = (sample.kind.label, sample.position.label), logo is not None
        return {
            "logo": logo,
            "sample": sample,
            "alt": alternative(company, *shown, has_logo=has_logo),
            # The page's script puts in what is chosen meanwhile.
            "alt_pattern": alternative(company, "{documento}", "{posicion}", has_logo=has_logo),
            "back": visit.request.GET.get("de", ""),
        }

    def fingerprint(self, progress: Progress) -> str:
        logo = logo_of(progress.company)
        return logo.source_sha256 if logo else ""

    def rows(self, progress: Progress) -> Sequence[Logo]:
        """The logo, once there is one."""
        logo = logo_of(progress.company)
        return [logo] if logo else []

    def save(self, visit: Visit, form: LogoForm) -> HttpResponse | None:
        """Saves; «Ver en la factura» stays on the page to show it."""
        form.save()
        self._note_a_cut_picture(visit, form)
        if visit.pressed == "ver":
            return redirect(f"{visit.request.get_full_path()}#muestra")
        return None

    def questions(self, progress: Progress) -> list[Doubt]:
        """A picture that may look bad on paper, or that lost a part on its way to us."""
        logo = logo_of(progress.company)
        if logo is None:
            return []
        cut = preparing.CUT if _cut_mark(logo.source_sha256) in progress.onboarding.doubts else ""
        sentence = " ".join(filter(None, [cut, preparing.doubt(logo.width, logo.height)]))
        doubt = Doubt(
            code="logotipo",
            about=(logo.source_sha256,),
            sentence=sentence,
            heading="Revise cómo se ve su logotipo",
            keep=Proposal("dejar-logotipo", "Dejar este logotipo"),
        )
        return [doubt] if sentence else []

    def after_saving(self, visit: Visit, form: LogoForm) -> Progress:
        """The company's logo is the row that the form wrote: `Logo(company=…)` makes it so."""
        return visit.progress

    def _note_a_cut_picture(self, visit: Visit, form: LogoForm) -> None:
        """Only the file as it was sent shows it; what we make of it no longer does."""
        if form.prepared and form.prepared.looks_cut:
            onboarding = visit.progress.onboarding
            mark = _cut_mark(sha256_of(form.cleaned_data["image"]))
            onboarding.doubts = {**onboarding.doubts, mark: ASKED}
            onboarding.save(update_fields=["doubts"])

    def keep_files(self, visit: Visit, form: LogoForm) -> None:
        form.keep_image()
        self._note_a_cut_picture(visit, form)

    def summary(self, progress: Progress) -> Summary:
        logo = logo_of(progress.company)
        return [("Posición del logotipo", logo.get_position_display())] if logo else []
