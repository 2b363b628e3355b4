"""The demo mailbox's addresses."""

from django.urls import path

from mailing import views

urlpatterns = [
    path("demo/correo/", views.demo_mails, name="demo_correo"),
    path("demo/correo/<str:name>/", views.demo_mail, name="demo_correo_mensaje"),
]
