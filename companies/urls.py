"""The pages that get people in."""

from django.urls import path

from companies.accounts import second_factor_views, views

urlpatterns = [
    path("entrar/", views.sign_in, name="entrar"),
    path("entrar/segundo-factor/", second_factor_views.ask, name="segundo_factor"),
    path("entrar/segundo-factor/activar/", second_factor_views.set_up, name="segundo_factor_activar"),
    path("entrar/segundo-factor/cambiar/", second_factor_views.change, name="segundo_factor_cambiar"),
    path("entrar/sesiones/", views.own_sessions, name="sesiones"),
    path("salir/", views.sign_out, name="salir"),
    path("recuperar/", views.reset_request, name="recuperar"),
    path("recuperar/enviado/", views.reset_sent, name="recuperar_enviado"),
    path("recuperar/listo/", views.reset_done, name="recuperar_listo"),
    path("recuperar/correo/<str:token>/", views.confirm_email, name="confirmar_correo"),
    path("recuperar/no-fui-yo/<str:token>/", views.not_me, name="no_fui_yo"),
    path("recuperar/credenciales/<str:token>/", views.renew_credentials, name="renovar_credenciales"),
    path("recuperar/<str:uidb64>/<str:token>/", views.reset_new, name="recuperar_nueva"),
]
