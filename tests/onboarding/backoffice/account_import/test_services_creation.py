"""All are created, or only the good ones; never half, never twice."""

from typing import Any

from django.test import Client

from companies.models import Address, Company, User
from mailing.models import Message
from onboarding.backoffice.account_import.columns import columns
from onboarding.backoffice.models import AccountImport, ImportRow
from onboarding.models import Onboarding
from tests.conftest import make_issuer
from tests.onboarding.backoffice.account_import.sheets import (
    BAD,
    as_csv,
    create,
    imported,
    line,
    text,
    upload,
    url,
)

# What «Nueva cuenta» takes besides: steps 4 and 5.
MORE = {
    "expedition_place": "37000",
    "tax_regime": "601",
    "postal_code": "37000",
    "neighborhood": "Centro",
    "street": "Avenida de los Ñandúes",
    "exterior_number": "12-B",
    "interior_number": "3",
    "reference": "",
    "locality": "",
    "municipality": "",
    "state": "",
    "country": "México",
}


def test_all_are_created_with_code_user_way_and_mail(desk: Client, distributor: User) -> None:
    job = create(desk, imported(desk, *(line(number) for number in range(5))))
    assert (job.stage, job.accounts, job.bad) == ("created", 5, 0)
    assert Company.objects.filter(distributor=distributor.distributor).count() == 5
    users = User.objects.filter(company__isnull=False)
    assert [user.username for user in users] == [user.company.code.lower() for user in users if user.company]
    assert all(user.password_is_temporary and not user.has_usable_password() for user in users)
    assert Onboarding.objects.count() == 5
    about = Message.objects.filter(kind="companies.credentials").values_list("about", "to", "company")
    assert set(about) == {(str(user.pk), user.email, user.company_id) for user in users}
    assert set(job.rows.values_list("company", flat=True)) == set(
        Company.objects.values_list("pk", flat=True)
    )
    # The companies hold it now.
    assert all(row.values == {} for row in job.rows.all())


def test_an_account_is_as_if_opened_by_hand(desk: Client) -> None:
    # A field that the form gains must be made by an import too: add it here and in opening.py.
    names = ("name", "rfc", "full_name", "email", "phone", "username")
    assert {column.name for column in columns()} == {*names, *MORE}
    labels = {column.name: column.label for column in columns()}
    headings = [labels[name] for name in (*names, *MORE)]
    sheet = as_csv([*line(1, username="begona"), *MORE.values()], headings=headings)
    assert upload(desk, sheet).status_code == 302
    assert create(desk, AccountImport.objects.get()).accounts == 1
    data = dict(zip(names, line(2, username="ana"), strict=True)) | MORE
    assert desk.post("/admin/companies/company/add/", data).status_code == 302
    mine = {"company__isnull": False}
    kinds: list[tuple[Any, dict[str, Any], str]] = [
        (Company, {}, "created_at"),
        (Address, {}, "pk"),
        (User, mine, "created_at"),
        (Onboarding, {}, "created_at"),
        (Message, {}, "created_at"),
    ]
    rows = [list(model.objects.filter(**only).order_by(order).values()) for model, only, order in kinds]
    assert rows[1][0]["street"] == MORE["street"]
    own = {
        "id",
        "code",
        "company_id",
        "password",
        "created_at",
        "run_after",
        "give_up_at",
        "about",
        "sent_at",
        # Many mails share one turn: whoever opens an account by hand does not wait for them.
        "turn",
    }
    changed = {"name", "rfc", "full_name", "email", "username", "to"}
    for imported_row, by_hand in rows:
        differ = {name for name in by_hand if imported_row[name] != by_hand[name]}
        assert differ <= own | changed
    assert {len(found) for found in rows} == {2}


def test_a_name_that_looks_like_a_code_is_left_to_its_owner(desk: Client) -> None:
    imported_first = create(desk, imported(desk, line(0)))
    company = Company.objects.get()
    assert imported_first.accounts == 1
    following = [f"f{company.pk + ahead:06}" for ahead in (1, 2)]
    create(desk, imported(desk, line(1), line(2, username=following[0]), line(3)))
    names = set(User.objects.filter(company__isnull=False).values_list("username", flat=True))
    assert {following[0], f"{following[0]}-2"} <= names


def test_only_the_good_ones_are_created_when_asked(desk: Client) -> None:
    job = imported(desk, *BAD, line(3), line(4))
    create(desk, job, "todas")
    assert (job.stage, Company.objects.count()) == ("preview", 0)
    create(desk, job, "correctas")
    assert (job.stage, job.accounts, job.bad, Company.objects.count()) == ("created", 2, 3, 2)
    page = text(desk, job)
    assert "Se crearon 2 cuentas" in page
    assert "3 filas quedaron fuera" in page
    assert "PAN19" in page


def test_a_confirmation_says_which_rows(desk: Client) -> None:
    job = imported(desk, line(1))
    for odd in ({}, {"filas": "ninguna"}, {"filas": ["x", ""]}):
        desk.post(url(job, "crear"), odd)
    job.refresh_from_db()
    assert job.stage == "preview"


def test_two_clicks_two_tabs_and_back_create_once(desk: Client) -> None:
    job = imported(desk, line(1), line(2))
    for _ in range(2):
        create(desk, job)
    desk.post(url(job, "cancelar"))
    job.refresh_from_db()
    assert (job.stage, Company.objects.count(), Message.objects.count()) == ("created", 2, 2)


def test_a_cancelled_import_creates_nothing_and_keeps_nothing(desk: Client) -> None:
    job = imported(desk, line(1))
    desk.post(url(job, "cancelar"))
    create(desk, job)
    assert (job.stage, Company.objects.count(), ImportRow.objects.count()) == ("cancelled", 0, 0)
    assert "No se creó ninguna cuenta." in text(desk, job)


def test_a_get_changes_nothing(desk: Client) -> None:
    job = imported(desk, line(1))
    for page in ("crear", "cancelar"):
        assert desk.get(url(job, page)).status_code == 302
    job.refresh_from_db()
    assert job.stage == "preview"


def test_all_means_all_when_something_changed_meanwhile(desk: Client, distributor: User) -> None:
    job = imported(desk, line(1), line(2))
    make_issuer(distributor, name="OTRA", rfc=line(2)[1], username="otra")
    create(desk, job)
    assert (job.stage, job.bad, Company.objects.count()) == ("preview", 1, 1)
    page = text(desk, job)
    assert "Mientras tanto algo cambió" in page
    assert "Ya hay una empresa con este RFC" in page
    create(desk, job, "correctas")
    assert (job.stage, job.accounts, Company.objects.count()) == ("created", 1, 2)


def test_only_the_good_ones_leaves_out_what_is_good_no_longer(desk: Client, distributor: User) -> None:
    job = imported(desk, line(1), line(2), BAD[0])
    make_issuer(distributor, name="OTRA", rfc=line(2)[1], username="otra")
    create(desk, job, "correctas")
    assert (job.stage, job.accounts, job.bad) == ("created", 1, 2)
    assert "dejó de estarlo mientras tanto" in text(desk, job)
