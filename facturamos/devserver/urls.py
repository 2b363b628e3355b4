"""Where the dev inbox stands; only `make run` has it."""

from django.urls import path

from facturamos.devserver import views

urlpatterns = [
    path("demo/correo/", views.inbox_list, name="demo_correo"),
    path("demo/correo/<str:name>/", views.inbox_mail, name="demo_correo_mensaje"),
]
