"""Yes and no are words: in a list, and on a row's page."""

from collections.abc import Callable

from django.test import Client

from companies.models import User

SignIn = Callable[[User], Client]


def test_a_row_and_its_list_say_yes_and_no(sign_in: SignIn, distributor: User, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(is_active=False)

    page = sign_in(distributor).get(f"/admin/companies/user/{issuer.pk}/change/").content.decode()

    assert '<span class="no">No</span>' in page
    assert "icon-no" not in page
    assert 'alt="False"' not in page
