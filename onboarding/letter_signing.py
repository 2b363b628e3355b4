"""The Carta Manifiesto signed on its page: what the page's script asks, always answered in JSON.

What is to be signed is prepared for one certificate, and what was signed is verified; the key and its
password stay in the page.
"""

import base64
import binascii
import json
from collections.abc import Callable
from functools import wraps

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from certificates.file_types import MAX_BYTES
from certificates.letter import services
from certificates.letter.limits import MAX_SENT
from certificates.letter.services import LetterSigner
from certificates.letter.signing_refusals import SigningRefused
from companies.models import Company, ManifestLetter
from companies.signed_in import Delegate
from facturamos import client
from facturamos.buttons import answers_in_json, button_on
from onboarding.refused_submits.services import note_code
from onboarding.steps.carta_manifiesto import SIGNED_FOR_ANOTHER, SIGNED_HERE, ManifestLetterStep
from onboarding.wizard.progress import Progress

type SigningView = Callable[[HttpRequest, Company, LetterSigner], JsonResponse]


def _page(request: HttpRequest) -> str:
    return ManifestLetterStep().url


def signing_view(view: SigningView) -> Callable[[HttpRequest], JsonResponse]:
    """Who asks, and for which company; every refusal is JSON, never a redirect."""

    @button_on(_page)
    @answers_in_json
    @require_POST
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest) -> JsonResponse:
        company = None
        try:
            company, signer = _asker(request)
            return view(request, company, signer)
        except SigningRefused as refused:
            if company:
                note_code(company, ManifestLetterStep.slug, refused.code)
            return JsonResponse({"message": refused.message, "code": refused.code}, status=refused.status)

    return wrapped


def _asker(request: HttpRequest) -> tuple[Company, LetterSigner]:
    """Raises SigningRefused for who may not sign, or not yet."""
    user = request.user
    if not user.is_authenticated:
        raise SigningRefused("session")
    if user.company is None:
        raise SigningRefused("closed")
    if not Progress.of(user).notice_accepted:
        raise SigningRefused("notice")
    asked: Delegate | None = getattr(request, "delegate", None)
    if asked:
        who = {"words": asked.signature, "holder": f"delegation:{asked.key}"}
        return user.company, LetterSigner(None, client.address(request), client.browser(request), **who)
    return user.company, LetterSigner(user, client.address(request), client.browser(request))


@signing_view
def prepare(request: HttpRequest, company: Company, signer: LetterSigner) -> JsonResponse:
    """`…/firma/preparar/`: what the e.firma with this certificate is to sign."""
    draft = services.prepare(company, signer, _certificate(request), timezone.now())
    return JsonResponse(
        {
            "token": str(draft.pk),
            "algorithm": draft.algorithm,
            "documents": draft.documents,
            "expires": draft.expires_at.isoformat(),
        }
    )


@signing_view
def sign(request: HttpRequest, company: Company, signer: LetterSigner) -> JsonResponse:
    """`…/firma/`: the signatures over what was prepared."""
    sent = _json(request)
    token, signatures = sent.get("token"), sent.get("signatures")
    if not isinstance(token, str) or not isinstance(signatures, list):
        raise SigningRefused("malformed")
    letter = services.sign(company, signer, token, [_base64(each) for each in signatures], timezone.now())
    return JsonResponse(_told(letter, SIGNED_HERE if signer.user else SIGNED_FOR_ANOTHER))


def _told(letter: ManifestLetter, said: tuple[str, str]) -> dict[str, str]:
    heading, message = said
    return {
        "state": letter.state.value,
        "heading": heading,
        "message": message,
        "url": reverse("paso", args=[ManifestLetterStep.slug]),
    }


def _certificate(request: HttpRequest) -> bytes:
    """From JSON in base64, or as a file or a field of a form. Raises SigningRefused."""
    if request.content_type != "multipart/form-data":
        return _base64(_json(request).get("certificate"))
    upload = request.FILES.get("certificate")
    if isinstance(upload, UploadedFile):
        return bytes(upload.read(MAX_BYTES + 1))
    return _base64(request.POST.get("certificate"))


def _json(request: HttpRequest) -> dict[str, object]:
    if len(request.body) > MAX_SENT:
        raise SigningRefused("malformed")
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError):
        raise SigningRefused("malformed") from None
    if not isinstance(sent, dict):
        raise SigningRefused("malformed")
    return sent


def _base64(value: object) -> bytes:
    if not isinstance(value, str):
        raise SigningRefused("malformed")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise SigningRefused("malformed") from None
