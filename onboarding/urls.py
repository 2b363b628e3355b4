"""The wizard and the pages around it."""

from django.urls import path, re_path

from companies.sat import views as postal_codes
from onboarding import csf_prefill, letter_signing, sat_validator, test_invoice
from onboarding import mailbox_connection as connection
from onboarding.dashboard import views
from onboarding.delegation import views as delegation
from onboarding.documents import guide, kinds
from onboarding.documents import views as files
from onboarding.reminders import views as reminder_views
from onboarding.support_access import views as consent_views
from onboarding.wizard.views import OnboardingWizard

urlpatterns = [
    *kinds.urls(),
    path("", views.landing, name="inicio"),
    path("configuracion/", views.hub, name="configuracion"),
    path("configuracion/aviso-de-privacidad/texto/", files.notice_text, name="aviso_texto"),
    path("configuracion/carta-manifiesto/acuse.pdf", files.letter_acknowledgement, name="carta_acuse"),
    path("configuracion/carta-manifiesto/evidencia.zip", files.letter_evidence, name="carta_evidencia"),
    path("configuracion/carta-manifiesto/estado/", views.letter_status, name="carta_estado"),
    path("configuracion/carta-manifiesto/firma/preparar/", letter_signing.prepare, name="carta_preparar"),
    path("configuracion/carta-manifiesto/firma/", letter_signing.sign, name="carta_firmar"),
    path("configuracion/logotipo/<slug:token>.jpg", files.logo_image, name="logotipo_imagen"),
    path("configuracion/logotipo/factura.svg", files.sample, name="muestra"),
    re_path(r"^configuracion/codigo-postal/(?P<code>[0-9]{5})/$", postal_codes.look_up, name="codigo_postal"),
    path("configuracion/constancia/", csf_prefill.prefill_page, name="constancia"),
    path("configuracion/constancia/sat/", sat_validator.validator_page, name="validador_sat"),
    path("configuracion/constancia/sat/estado/", sat_validator.validator_status, name="validador_sat_estado"),
    path("configuracion/sellos/estado/", views.csd_status, name="sellos_estado"),
    path("configuracion/correo/estado/", views.mail_test_status, name="correo_estado"),
    path("configuracion/correo/conectar/<slug:kind>/", connection.connect, name="correo_conectar"),
    path("configuracion/correo/autorizado/<slug:kind>/", connection.come_back, name="correo_autorizado"),
    path("configuracion/prueba/", test_invoice.start, name="prueba"),
    path("configuracion/prueba/estado/", test_invoice.status, name="prueba_estado"),
    path("configuracion/prueba/muestra.xml", test_invoice.xml, name="prueba_xml"),
    path("configuracion/<slug:step>/pedir/", delegation.ask, name="pedir"),
    path("configuracion/<slug:step>/pedir/retirar/", delegation.revoke, name="pedir_retirar"),
    path("configuracion/<slug:step>/", OnboardingWizard.as_view(url_name="paso"), name="paso"),
    path("recordatorios/<str:token>/", reminder_views.stop, name="recordatorio"),
    path("encargo/", delegation.page, name="encargo"),
    path("encargo/abrir/", delegation.open_link, name="encargo_abrir"),
    path("encargo/enlace/<str:token>/", delegation.link_page, name="encargo_enlace"),
    path("panel/", views.panel, name="panel"),
    path("panel/soporte/", consent_views.switch, name="permiso_soporte"),
    path("asistencia/", views.support, name="asistencia"),
    path("manuales/", files.downloads, name="manuales"),
    path("manuales/guia/", guide.page, name="guia"),
    path("manuales/guia.pdf", guide.pdf, name="guia_pdf"),
    path("manuales/<int:pk>/", files.download, name="descarga"),
]
