"""The addresses of who was asked to do one step (middleware.py), and those of the whole site for links.

A name that stands here and below leads here: the issuer's own pages link to each other by these names. What
is not here is not open to who was asked. Why so: docs/adr/0023-a-step-for-somebody-else.md.
"""

from django.urls import include, path, re_path

from companies.sat import views as postal_codes
from onboarding import csf_prefill, letter_signing, sat_validator
from onboarding import mailbox_connection as connection
from onboarding.dashboard import views as dashboard
from onboarding.delegation import views
from onboarding.delegation.gate import delegated
from onboarding.delegation.wizard import DelegateWizard
from onboarding.documents import views as files
from onboarding.documents.kinds.letter_manual import letter_manual
from onboarding.documents.kinds.letter_signature import letter_signature
from onboarding.documents.registry import view_of
from onboarding.steps.carta_manifiesto import ManifestLetterStep
from onboarding.steps.correo import MailboxStep
from onboarding.steps.datos_fiscales import FiscalDataStep
from onboarding.steps.sellos import CsdStep

LETTER, FISCAL, CSD, MAILBOX = (
    step.slug for step in (ManifestLetterStep, FiscalDataStep, CsdStep, MailboxStep)
)

open_to_delegates = [
    # Where the issuer's pages lead to when they are done.
    path("encargo/", views.page, name="configuracion"),
    path("encargo/", views.page, name="panel"),
    path(
        "encargo/carta-manifiesto/manual.pdf",
        delegated(view_of(letter_manual), LETTER),
        name="carta_manual",
    ),
    path(
        "encargo/carta-manifiesto/acuse.pdf",
        delegated(files.letter_acknowledgement, LETTER),
        name="carta_acuse",
    ),
    path(
        "encargo/carta-manifiesto/constancia.pdf",
        delegated(view_of(letter_signature), LETTER, afterwards=True),
        name="carta_constancia",
    ),
    path(
        "encargo/carta-manifiesto/firma/preparar/",
        delegated(letter_signing.prepare, LETTER, in_json=True, locks=False),
        name="carta_preparar",
    ),
    path(
        "encargo/carta-manifiesto/firma/",
        delegated(letter_signing.sign, LETTER, in_json=True),
        name="carta_firmar",
    ),
    re_path(
        r"^encargo/codigo-postal/(?P<code>[0-9]{5})/$",
        delegated(postal_codes.look_up, FISCAL),
        name="codigo_postal",
    ),
    path("encargo/constancia/", delegated(csf_prefill.prefill_page, FISCAL), name="constancia"),
    path("encargo/constancia/sat/", delegated(sat_validator.validator_page, FISCAL), name="validador_sat"),
    path(
        "encargo/constancia/sat/estado/",
        delegated(sat_validator.validator_status, FISCAL),
        name="validador_sat_estado",
    ),
    path("encargo/sellos/estado/", delegated(dashboard.csd_status, CSD), name="sellos_estado"),
    path(
        "encargo/correo/conectar/<slug:kind>/", delegated(connection.connect, MAILBOX), name="correo_conectar"
    ),
    path(
        "encargo/correo/autorizado/<slug:kind>/",
        delegated(connection.come_back, MAILBOX),
        name="encargo_autorizado",
    ),
    path("encargo/correo/estado/", delegated(dashboard.mail_test_status, MAILBOX), name="correo_estado"),
    path("encargo/<slug:step>/", delegated(DelegateWizard.as_view(url_name="paso")), name="paso"),
]

urlpatterns = [path("", include("facturamos.urls")), *open_to_delegates]

handler400 = "facturamos.error_pages.bad_request"
handler403 = "facturamos.error_pages.permission_denied"
handler404 = "facturamos.error_pages.not_found"
handler500 = "facturamos.error_pages.server_error"
