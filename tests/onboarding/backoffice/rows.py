"""One row of every model in admin, for one issuer."""

from datetime import timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from certificates.letter.documents import LetterDocument, SignedDocument
from certificates.models import (
    Csd,
    CsdValidation,
    Diagnosis,
    LetterSignature,
    LetterSubmission,
    SatAuthority,
    SecretAccess,
    TestInvoice,
)
from companies.models import (
    Address,
    DocumentType,
    FormerLetter,
    Logo,
    ManifestLetter,
    NoticeAcceptance,
    PrivacyNotice,
    User,
    ValidatorQuery,
)
from mailing.models import Mailbox, MailboxTest, Message
from onboarding.backoffice.models import AccountImport, BulkRun, ImportRow
from onboarding.models import Delegation, DelegationAcceptance, Onboarding, StepState

ADDRESS = {
    "street": "Reforma",
    "exterior_number": "1",
    "neighborhood": "Centro",
    "postal_code": "06000",
    "municipality": "Cuauhtémoc",
    "state": "Ciudad de México",
}


def published_notice() -> PrivacyNotice:
    """The notice in force; the first call publishes it."""
    notice = PrivacyNotice.objects.in_force()
    if notice is None:
        notice = PrivacyNotice.objects.create(version="1.0", text="Aviso.")
        notice.publish()
    return notice


def authority_row(support: User) -> SatAuthority:
    """An authority that support added."""
    return SatAuthority.objects.create(
        sha256="2" * 64,
        certificate=b"DER",
        name="AC OCHO",
        environment="production",
        valid_from=timezone.now(),
        valid_to=timezone.now() + timedelta(days=2920),
        reason="La publicó el SAT.",
        added_by=support,
    )


def signature_row(issuer: User) -> LetterSignature:
    """Evidence of a letter that the issuer signed on its page."""
    company = issuer.company
    assert company is not None
    document = LetterDocument("Carta Manifiesto", f"Carta de {company.name}", b"||cadena||")
    return LetterSignature.objects.create(
        company=company,
        user=issuer,
        terms="",
        adapter="none",
        rfc=company.rfc,
        name=company.name,
        certificate=b"DER",
        number="30001000000500000001",
        algorithm="SHA-256",
        documents=[SignedDocument(document, b"firma").to_json()],
        address="192.0.2.1",
    )


def rows_of(issuer: User) -> list[Any]:
    """One row of each kind that reaches the issuer's company, the company and the issuer among them.

    Admin's log has entries about some of them, which are no rows of admin's own.
    """
    company = issuer.company
    assert company is not None
    onboarding = Onboarding.objects.get(company=company)
    account_import = AccountImport.objects.create(
        distributor=company.distributor,
        created_by=issuer,
        file_name=f"{company.name}.csv",
        total=1,
        bad=1,
        stage=AccountImport.Stage.PREVIEW,
        state=AccountImport.State.DONE,
    )
    ImportRow.objects.create(
        account_import=account_import,
        number=2,
        values={"name": company.name, "rfc": company.rfc, "email": issuer.email},
        errors={"rfc": ["Ya hay una empresa con este RFC."]},
    )
    StepState.objects.create(onboarding=onboarding, slug="datos-fiscales", note="Revise el RFC.")
    notice = published_notice()
    mailbox = Mailbox.objects.create(
        company=company, from_email=issuer.email, from_name=company.name, host="smtp.example.com", port=587
    )
    csd = Csd.objects.create(
        company=company,
        state=Csd.State.ACTIVE,
        number="30001000000500003416",
        rfc=company.rfc,
        name=company.name,
        valid_from=timezone.now(),
        valid_to=timezone.now() + timedelta(days=365),
        certificate=b"DER",
        certificate_sha256="0" * 64,
        key_sha256="1" * 64,
        uploaded_by=issuer,
    )
    signature = signature_row(issuer)
    delegation = Delegation.objects.create(
        company=company,
        slug="sellos",
        asked_by=issuer,
        name="Ana Contadora",
        email="ana@example.com",
        rfc=company.rfc,
        distributor=company.distributor,
        asked_username=issuer.username,
        asked_email=issuer.email,
        expires_at=timezone.now() + Delegation.LIFETIME,
    )
    acceptance = DelegationAcceptance.objects.create(
        delegation=delegation,
        name=delegation.name,
        email=delegation.email,
        text=f"Un paso de {company.name}.",
        sha256="3" * 64,
        address="192.0.2.2",
    )
    staff = company.distributor.users.first() or issuer
    for row in (company, csd, issuer):
        reason = f"Revisar. Lo pidió {company.name}."
        LogEntry.objects.log_actions(staff.pk, [row], CHANGE, reason, single_object=True)
    bulk_run = BulkRun.objects.create(
        created_by=staff,
        action="reenviar_credenciales_a_varias",
        label="Reenviar credenciales",
        companies=[company.pk],
        total=1,
        refused={f"{company.name} está eliminada.": 1},
    )
    return [
        delegation,
        acceptance,
        account_import,
        bulk_run,
        csd,
        CsdValidation.objects.create(csd=csd),
        SecretAccess.objects.create(csd=csd, purpose=SecretAccess.Purpose.VALIDATE),
        TestInvoice.objects.create(company=company, csd=csd),
        Diagnosis.objects.create(
            code=f"CSD-{company.pk}", company=company, csd=csd, ok=True, for_support=False, report=[]
        ),
        ValidatorQuery.objects.create(company=company, user=issuer, id_cif="15010000001"),
        mailbox,
        MailboxTest.objects.create(mailbox=mailbox, to=[issuer.email]),
        Message.objects.create(
            kind="companies.credentials",
            to=issuer.email,
            about=str(issuer.pk),
            company=company,
            give_up_at=timezone.now() + timedelta(days=1),
        ),
        company,
        company.distributor,
        issuer,
        onboarding,
        Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS),
        DocumentType.objects.create(company=company, kind=DocumentType.Kind.INVOICE),
        Logo.objects.create(
            company=company, image="logos/x.jpg", source_sha256="0" * 64, width=10, height=10
        ),
        ManifestLetter.objects.create(
            company=company,
            manual_made_at=timezone.now(),
            signed_on=timezone.localdate(),
            acknowledgement=ContentFile(b"%PDF-1.7 acuse", "acuse.pdf"),
        ),
        FormerLetter.objects.create(
            company=company,
            terms="de otro PAC",
            signed_on=timezone.localdate(),
            acknowledgement=default_storage.save("cartas/de-antes.pdf", ContentFile(b"%PDF-1.7 acuse")),
        ),
        signature,
        LetterSubmission.objects.create(signature=signature, message="Recibida."),
        NoticeAcceptance.objects.create(
            notice=notice, company=company, user=issuer, sha256=notice.sha256, address="192.0.2.1"
        ),
    ]
