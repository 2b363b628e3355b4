"""The wizard and the pages around it."""

from django.urls import path, re_path

from onboarding import consent_views, constancia, files, guide, postal_codes, rehearsal, reminder_views, views
from onboarding.wizard import OnboardingWizard

urlpatterns = [
    path("", views.landing, name="inicio"),
    path("configuracion/", views.hub, name="configuracion"),
    path("configuracion/aviso-de-privacidad/texto/", files.notice_text, name="aviso_texto"),
    path("configuracion/carta-manifiesto/manual.pdf", files.letter_manual, name="carta_manual"),
    path("configuracion/carta-manifiesto/acuse.pdf", files.letter_acknowledgement, name="carta_acuse"),
    path("configuracion/logotipo/<slug:token>.jpg", files.logo_image, name="logotipo_imagen"),
    path("configuracion/logotipo/factura.svg", files.sample, name="muestra"),
    path("configuracion/logotipo/factura.pdf", files.sample_pdf, name="muestra_pdf"),
    re_path(r"^configuracion/codigo-postal/(?P<code>[0-9]{5})/$", postal_codes.look_up, name="codigo_postal"),
    path("configuracion/constancia/", constancia.prefill_page, name="constancia"),
    path("configuracion/sellos/estado/", views.seals_status, name="sellos_estado"),
    path("configuracion/correo/estado/", views.mail_test_status, name="correo_estado"),
    path("configuracion/prueba/", rehearsal.start, name="prueba"),
    path("configuracion/prueba/estado/", rehearsal.status, name="prueba_estado"),
    path("configuracion/prueba/muestra.xml", rehearsal.xml, name="prueba_xml"),
    path("configuracion/terminar/acta.pdf", files.configuration_record, name="acta"),
    path("configuracion/<slug:step>/", OnboardingWizard.as_view(url_name="paso"), name="paso"),
    path("recordatorios/<str:token>/", reminder_views.stop, name="recordatorio"),
    path("panel/", views.panel, name="panel"),
    path("panel/soporte/", consent_views.switch, name="permiso_soporte"),
    path("asistencia/", views.support, name="asistencia"),
    path("manuales/", files.downloads, name="manuales"),
    path("manuales/guia/", guide.page, name="guia"),
    path("manuales/guia.pdf", guide.paper, name="guia_pdf"),
    path("manuales/<int:pk>/", files.download, name="descarga"),
]
