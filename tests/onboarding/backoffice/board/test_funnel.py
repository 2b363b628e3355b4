"""How far the companies of each week have come."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from companies.models import User
from onboarding.models import Onboarding, StepState

SignIn = Callable[[User], Client]
BOARD = "/admin/companies/company/tablero/"


def entered(user: User, days_ago: int = 0) -> None:
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=days_ago))


def test_the_picture_counts_each_week_and_step(sign_in: SignIn, distributor: User, issuer: User) -> None:
    entered(issuer)
    onboarding = Onboarding.objects.get(company=issuer.company)
    StepState.objects.create(onboarding=onboarding, slug="documentos", saved_at=timezone.now())
    response = sign_in(distributor).get(BOARD)
    lines = {line.title: [cell.count for cell in line.cells] for line in response.context["funnel"].lines}
    assert lines["Cuenta creada"] == [0] * 7 + [1]
    assert lines["Iniciar sesión"] == [0] * 7 + [1]
    assert lines["Documentos"] == [0] * 7 + [1]
    assert lines["Datos fiscales"] == [0] * 8
    assert "<svg" in response.content.decode()
    assert "style=" not in response.content.decode()
