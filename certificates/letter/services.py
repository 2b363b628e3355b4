"""Signing on our page: what is to be signed is prepared here, and what was signed is verified and kept.

No key and no password of an e.firma ever comes here, only its certificate and the signatures.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certificates.authorities.trust import authorities
from certificates.letter import fiel
from certificates.letter.documents import Letter, LetterDocument, SignedDocument
from certificates.letter.limits import (
    DRAFT_LIFETIME,
    DRAFTS_FORGOTTEN_AFTER,
    DRAFTS_PER_HOUR,
    MAX_SIGNATURE,
)
from certificates.letter.pacs import configured
from certificates.letter.pacs.interface import LetterTaxpayer, PacUnreachable
from certificates.letter.signing_refusals import SigningRefused
from certificates.models import LetterDraft, LetterSignature, LetterSubmission
from certificates.x509.certificate import Certificate
from companies.letter_terms import current_terms
from companies.models import Company, ManifestLetter, User


@dataclass(frozen=True)
class LetterSigner:
    """Who asks, and from where. Whoever has no account is named in `words` and held apart by `holder`."""

    user: User | None
    address: str
    browser: str
    words: str = ""
    holder: str = ""

    @property
    def key(self) -> str:
        """What a prepared letter is bound to."""
        return f"user:{self.user.pk}" if self.user else self.holder

    @property
    def name(self) -> str:
        """Who it was, as the evidence says for ever; an account's name may change."""
        return self.words or (f"{self.user.get_full_name()} ({self.user.username})" if self.user else "")


def prepare(company: Company, signer: LetterSigner, data: bytes, now: datetime) -> LetterDraft:
    """What the holder of this certificate is to sign. Raises SigningRefused."""
    certificate = _checked(company, data, now)
    _check_open(company)
    terms = current_terms()
    draft = LetterDraft(
        company=company,
        holder=signer.key,
        terms=terms,
        certificate=certificate.der,
        created_at=now,
        expires_at=now + DRAFT_LIFETIME,
    )
    _count(company, draft, now)
    letter = _letter(company, certificate, str(draft.pk), now)
    draft.algorithm = letter.algorithm
    draft.documents = [document.to_json() for document in letter.documents]
    draft.save(update_fields=["algorithm", "documents"])
    return draft


def _checked(company: Company, data: bytes, now: datetime) -> Certificate:
    certificate = fiel.read(data)
    fiel.check(certificate, company.rfc, now=now, authorities=authorities(), production=settings.PRODUCTION)
    return certificate


def _check_open(company: Company) -> None:
    pac = configured.pac()
    if not (pac.name and pac.rfc and pac.authorization):
        raise SigningRefused("pac_unset")
    letter = ManifestLetter.objects.filter(company=company).select_related("company").first()
    if letter is not None and not letter.can_be_signed:
        raise SigningRefused("already")


def _count(company: Company, draft: LetterDraft, now: datetime) -> None:
    """Stores the draft, empty, so that it counts before a PAC is asked. Raises SigningRefused."""
    with transaction.atomic():
        # Two clicks at once follow each other. NO KEY, so that rows may point to it.
        Company.objects.select_for_update(no_key=True).only("pk").get(pk=company.pk)
        recent = LetterDraft.objects.filter(company=company, created_at__gt=now - timedelta(hours=1))
        if recent.count() >= DRAFTS_PER_HOUR:
            raise SigningRefused("too_many")
        draft.documents = []
        draft.save(force_insert=True)


def _letter(company: Company, certificate: Certificate, folio: str, now: datetime) -> Letter:
    local = timezone.localtime(now)
    try:
        return configured.adapter().prepare(taxpayer(company), certificate, folio, local)
    except PacUnreachable:
        raise SigningRefused("pac_silent") from None


def taxpayer(company: Company) -> LetterTaxpayer:
    """The company as a PAC wants to know it."""
    user = company.users.filter(is_active=True).order_by("pk").first()
    address = company.addresses.filter(kind="fiscal").first()
    return LetterTaxpayer(
        rfc=company.rfc,
        name=company.name,
        email=user.email if user else "",
        address=str(address) if address else "",
    )


def sign(
    company: Company, signer: LetterSigner, token: str, signatures: list[bytes], now: datetime
) -> ManifestLetter:
    """Verifies what was signed, keeps it as evidence, and queues its way to the PAC. Raises SigningRefused.

    What was prepared is used up by the first try, whatever comes of it.
    """
    draft = _taken(company, signer, token, now)
    certificate = _checked(company, bytes(draft.certificate), now)
    documents = _verified(certificate, draft, signatures)
    with transaction.atomic():
        letter = _locked(company)
        if not letter.can_be_signed:
            raise SigningRefused("already")
        if not letter.is_current:
            letter = letter.anew()
        signature = _evidence(company, signer, draft, certificate, documents, now)
        letter.sign_here(signature.pk, timezone.localdate(now))
        letter.save()
        if configured.adapter().sends:
            # The sweeper hands it over, in its lane's pace (facturamos/jobs/lanes.py).
            LetterSubmission.objects.create(signature=signature)
    return letter


def _taken(company: Company, signer: LetterSigner, token: str, now: datetime) -> LetterDraft:
    """What was prepared, used up. Raises SigningRefused."""
    try:
        pk = uuid.UUID(token)
    except ValueError:
        raise SigningRefused("unknown") from None
    draft = LetterDraft.objects.filter(pk=pk, company=company, holder=signer.key).first()
    if draft is None or not draft.documents:
        raise SigningRefused("unknown")
    if not LetterDraft.objects.take(pk, now):
        raise SigningRefused("expired_draft" if draft.used_at is None and draft.expires_at <= now else "used")
    if draft.terms != current_terms():
        raise SigningRefused("changed")
    return draft


def _verified(certificate: Certificate, draft: LetterDraft, signatures: list[bytes]) -> list[SignedDocument]:
    """Each document with its signature. Raises SigningRefused."""
    documents = [LetterDocument.from_json(row) for row in draft.documents]
    if len(signatures) != len(documents) or any(len(each) > MAX_SIGNATURE for each in signatures):
        raise SigningRefused("bad_signature")
    for document, signature in zip(documents, signatures, strict=True):
        fiel.verify(certificate, draft.algorithm, document.signed, signature)
    return [SignedDocument(*pair) for pair in zip(documents, signatures, strict=True)]


def _locked(company: Company) -> ManifestLetter:
    """The company's letter, locked, or a new one; the company first, since a new row has no lock.

    Raises SigningRefused where its RFC is another by now.
    """
    now = Company.objects.select_for_update(no_key=True).only("rfc").get(pk=company.pk)
    if now.rfc != company.rfc:
        raise SigningRefused("changed")
    rows = ManifestLetter.objects.select_for_update(of=("self",), no_key=True)
    letter = rows.filter(company=company).first() or ManifestLetter()
    letter.company = company
    return letter


def _evidence(
    company: Company,
    signer: LetterSigner,
    draft: LetterDraft,
    certificate: Certificate,
    documents: list[SignedDocument],
    now: datetime,
) -> LetterSignature:
    pac = configured.pac()
    return LetterSignature.objects.create(
        pk=draft.pk,
        company=company,
        user=signer.user,
        sent_by=signer.name[:300],
        terms=draft.terms,
        adapter=settings.PAC_ADAPTER,
        pac_name=pac.name[:200],
        pac_rfc=pac.rfc[:13],
        pac_authorization=pac.authorization[:40],
        rfc=certificate.rfc[:13],
        name=certificate.name[:300],
        representative=certificate.representative[:13],
        certificate=certificate.der,
        number=certificate.number,
        algorithm=draft.algorithm,
        documents=[document.to_json() for document in documents],
        signed_at=now,
        address=signer.address,
        browser=signer.browser,
    )


def forget_drafts(now: datetime) -> int:
    """Deletes those that nobody can use and that no limit counts any more; returns how many."""
    return LetterDraft.objects.filter(created_at__lt=now - DRAFTS_FORGOTTEN_AFTER).delete()[0]
