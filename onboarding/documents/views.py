"""Files that pages show or link to, beside the documents of kinds/.

Each to its owner only, and made or checked by us.
"""

import gzip

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from certificates.letter import evidence
from certificates.models import LetterSignature
from companies.documents import sample_invoice_svg
from companies.documents.light_svg import lightened
from companies.models import Logo, ManifestLetter, NoticeAcceptance, PrivacyNotice
from companies.models.invoice import LOGO_NAME
from companies.signed_in import IssuerRequest, issuer_required
from onboarding.documents.kinds.sample import sample_of
from onboarding.models import Download
from onboarding.steps import STEPS
from onboarding.wizard import stepper

# The address names one picture for ever; the picture is the company's alone.
PRIVATE_FOR_EVER = "private, max-age=31536000, immutable"


@require_safe
@issuer_required
def notice_text(request: IssuerRequest) -> HttpResponse:
    """The privacy notice in force, as a page of its own."""
    notice = PrivacyNotice.objects.in_force()
    if notice is None:
        raise Http404("no notice is published")
    accepted = NoticeAcceptance.objects.filter(notice=notice, company=request.company).exists()
    return render(request, "onboarding/notice_text.html", {"notice": notice, "accepted": accepted})


@require_safe
@issuer_required
def letter_acknowledgement(request: IssuerRequest) -> HttpResponseBase:
    """The signed acknowledgement that the issuer uploaded; as an attachment, never opened by us."""
    letter = get_object_or_404(ManifestLetter.objects.exclude(acknowledgement=""), company=request.company)
    return _attachment(letter.acknowledgement, "acuse-carta-manifiesto.pdf")


@require_safe
@issuer_required
def letter_evidence(request: IssuerRequest) -> HttpResponse:
    """The evidence of the letter's latest signature on our page, as support has it, too."""
    signatures = LetterSignature.objects.filter(company=request.company)
    signature = signatures.select_related("company", "user").first()
    if signature is None:
        raise Http404("nothing was signed here")
    response = HttpResponse(evidence.package(signature), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="evidencia-carta-manifiesto.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


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
    response = HttpResponse(lightened(sample_invoice_svg(sample_of(request))), content_type="image/svg+xml")
    # The data behind it may change at any time.
    response.headers["Cache-Control"] = "private, no-cache"
    return _compressed(request, response)


def _compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A quarter of a megabyte of outlines takes seconds on a telephone; packed it is a sixth.

    More than level 7 takes twice the time for the last 2 %.
    """
    patch_vary_headers(response, ["Accept-Encoding"])
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.content = gzip.compress(response.content, compresslevel=7)
        response.headers["Content-Encoding"] = "gzip"
    return response


@require_safe
def downloads(request: HttpRequest) -> HttpResponse:
    """`/manuales/`: the files that support has uploaded."""
    files = Download.objects.filter(visible=True)
    context = {"downloads": files, "total": stepper.total_in_words(STEPS)}
    return render(request, "onboarding/downloads.html", context)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One of those files, always as an attachment."""
    return _attachment(get_object_or_404(Download, pk=pk, visible=True).file)


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
