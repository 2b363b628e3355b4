"""Files that pages show or offer: each to its owner only, and made or checked by us."""

import gzip

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from companies import papers
from companies.http import IssuerRequest, issuer_required
from companies.models import DocumentType, Logo, ManifestLetter, PrivacyNotice
from companies.models.invoice import LOGO_NAME
from onboarding.models import Download
from onboarding.progress import Progress
from onboarding.record import record_of
from onboarding.steps.logotipo import kind_asked, position_asked

# The address names one picture for ever; the picture is the company's alone.
PRIVATE_FOR_EVER = "private, max-age=31536000, immutable"


@require_safe
@issuer_required
def notice_text(request: IssuerRequest) -> HttpResponse:
    """The privacy notice in force, as a page of its own."""
    notice = PrivacyNotice.objects.in_force()
    if notice is None:
        raise Http404("no notice is published")
    return render(request, "onboarding/notice_text.html", {"notice": notice})


@require_safe
@issuer_required
def letter_manual(request: IssuerRequest) -> HttpResponse:
    """The manual of the Carta Manifiesto, made for this company."""
    pdf = papers.manifest_manual_pdf(papers.manual_for(request.company))
    return _pdf(pdf, f"manual-carta-manifiesto-{request.company.rfc}.pdf")


@require_safe
@issuer_required
def letter_acknowledgement(request: IssuerRequest) -> HttpResponseBase:
    """The signed acknowledgement that the issuer uploaded; as an attachment, never opened by us."""
    letter = get_object_or_404(ManifestLetter.objects.exclude(acknowledgement=""), company=request.company)
    return _attachment(letter.acknowledgement, "acuse-carta-manifiesto.pdf")


@require_safe
@issuer_required
def configuration_record(request: IssuerRequest) -> HttpResponse:
    """The acta de configuración, as it stands now."""
    record = record_of(Progress.of(request.user))
    return _pdf(papers.record_pdf(record), f"acta-de-configuracion-{request.company.code}.pdf")


@require_safe
@issuer_required
def logo_image(request: IssuerRequest, token: str) -> HttpResponse:
    """The company's logo, re-encoded by us, at the address that its random name makes."""
    logo = get_object_or_404(Logo, company=request.company, image=LOGO_NAME.format(token=token))
    try:
        with logo.image.open() as file:
            response = HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404("the file is gone") from None
    response.headers["Cache-Control"] = PRIVATE_FOR_EVER
    return response


@require_safe
@issuer_required
def sample(request: IssuerRequest) -> HttpResponse:
    """The company's own document as its customers will see it, as a picture."""
    response = HttpResponse(papers.sample_invoice_svg(_sample(request)), content_type="image/svg+xml")
    # The data behind it may change at any time.
    response.headers["Cache-Control"] = "private, no-cache"
    return _compressed(request, response)


@require_safe
@issuer_required
def sample_pdf(request: IssuerRequest) -> HttpResponse:
    """The same as a PDF."""
    return _pdf(papers.sample_invoice_pdf(_sample(request)), f"muestra-{_kind(request).label.lower()}.pdf")


def _compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Half a megabyte of outlines takes seconds on a telephone; lightly packed (5 ms) it is a quarter."""
    patch_vary_headers(response, ["Accept-Encoding"])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(response.content, compresslevel=1)
        response.headers["Content-Encoding"] = "gzip"
    return response


def _sample(request: IssuerRequest) -> papers.SampleInvoice:
    position = position_asked(request.GET.get("posicion", ""), request.company)
    return papers.sample_for(request.company, position=position, kind=_kind(request))


def _kind(request: IssuerRequest) -> DocumentType.Kind:
    return kind_asked(request.GET.get("documento", ""))


@require_safe
def downloads(request: HttpRequest) -> HttpResponse:
    """`/manuales/`: files that support offers."""
    files = Download.objects.filter(visible=True)
    return render(request, "onboarding/downloads.html", {"downloads": files})


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One of those files, always as an attachment."""
    offered = get_object_or_404(Download, pk=pk, visible=True)
    return _attachment(offered.file)


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _attachment(file: FieldFile, name: str = "") -> HttpResponseBase:
    stored = file.name or ""
    if not default_storage.exists(stored):
        raise Http404("the file is gone")
    # Never rendered by a browser under our name, whatever it holds.
    return FileResponse(
        default_storage.open(stored),
        as_attachment=True,
        filename=name or stored.rsplit("/", 1)[-1],
        content_type="application/octet-stream",
    )
