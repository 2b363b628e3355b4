"""Every word is found, in whichever table and however it is written; few rows are looked at."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from certificates.models import Csd, Diagnosis, LetterSignature
from companies.models import Company, Distributor, User
from companies.models.people import USER_TEXT
from facturamos.admin import search as searching
from facturamos.admin.search import MORE_MAY_BE_THERE, SearchTable, find, search_all
from facturamos.search_text import SearchText
from mailing.models import Mailbox, Message
from onboarding.models import Delegation
from tests.onboarding.backoffice.rows import rows_of

FIELDS = ("code", "name", "rfc", "phone", "users__email", "users__events__email")


def of_company(user: User) -> Company:
    assert user.company
    return user.company


@pytest.fixture(params=["newest", "indexed"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways find the same: among the newest rows, or where the indexes say."""
    if request.param == "indexed":
        monkeypatch.setattr(searching, "RECENT", 0)
        monkeypatch.setattr(searching, "COMMON", 1)
    return str(request.param)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ñapa", 1),
        ("NAPA", 1),
        ("nápa", 1),
        ("ÑAPA pna19", 1),
        ("panaderia", 1),
        ("nunez", 1),
        ("nuñez", 1),
        ("NU\u0301N\u0303EZ", 1),  # accents on their own, as macOS hands them over
        ("Nünez", 1),
        ("NÚÑEZ JOSÉ", 1),
        ("panaderia@example", 1),
        ("ñapa jose@example", 0),
        ("nunez jose@example", 1),  # one word in each table
        ("PNA-190312-AB1", 1),
        ("pna 190312 ab1", 1),
        ("pna.190312.ab1", 1),
        ("PNA–190312–AB1", 1),
        ("ＰＮＡ190312AB1", 1),
        ("\u202apna190312ab1\u202c", 1),
        ("pna\x00190312", 1),
        ("%%%", 0),
        ("a_a", 0),
        ("___", 0),
        ("'''", 0),
        ("zzzz", 0),
        ("example.com", 2),
        ("EXAMPLE com", 2),
        ("", 2),
        ("   ", 2),
    ],
)
@pytest.mark.django_db
def test_words(way: str, issuer: User, other_issuer: User, words: str, found: int) -> None:
    assert find(Company.objects.all(), FIELDS, words).rows.count() == found
    assert search_all(Company.objects.all(), FIELDS, words).count() == found


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("477 123 4567", "4771234567"),
        ("4771234567", "477-123-4567"),
        ("(477) 123.45.67", "477 1234567"),
        ("+52 477 123 4567", "477 123 4567"),
        ("477 123 4567", "+52 1 477 123 4567"),
        ("477 123 4567", "044 477 123 4567"),
        ("477 123 4567", "00 52 477 123 4567"),
        ("477 123 4567 ext. 12", "477 123 4567"),
        ("477 123 4567", "71234567"),
        ("477 123 4567", "7123 4567"),
        ("+1 212 555 0100", "+1 (212) 555-0100"),
    ],
)
@pytest.mark.django_db
def test_telephones_by_their_digits(way: str, issuer: User, stored: str, typed: str) -> None:
    rows = Company.objects.all()
    Company.objects.update(phone=stored)
    assert find(rows, FIELDS, typed).rows.count() == 1
    Company.objects.update(phone="")
    User.objects.update(phone=stored)
    assert find(rows, FIELDS, typed).rows.count() == 1
    assert find(rows, FIELDS, "477 123 4568").rows.count() == 0


@pytest.mark.parametrize("typed", ["primera@correo.mx", "Primera@Correo", "primera", "segunda@correo.mx"])
@pytest.mark.django_db
def test_former_addresses(way: str, issuer: User, other_issuer: User, typed: str) -> None:
    for email in ("primera@correo.mx", "segunda@correo.mx", "tercera@correo.mx"):
        issuer.email = email
        issuer.save(update_fields=["email"])
    assert list(find(Company.objects.all(), FIELDS, typed).rows) == [issuer.company]
    fields = admin.site._registry[User].search_fields
    assert list(find(User.objects.all(), fields, typed).rows) == [issuer]


@pytest.mark.django_db
def test_short_words_are_looked_for_among_the_newest_alone(
    issuer: User, other_issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find(Company.objects.all(), FIELDS, "b1").rows.count() == 1
    monkeypatch.setattr(searching, "RECENT", 1)
    found = find(Company.objects.all(), FIELDS, "b1")
    assert not found.complete
    assert not found.rows.exists()
    # With a longer word beside it the index helps.
    monkeypatch.setattr(searching, "COMMON", 2)
    assert list(find(Company.objects.all(), FIELDS, "b1 napa").rows) == [issuer.company]


@pytest.mark.django_db
def test_it_looks_only_where_it_is_told(way: str, issuer: User, other_issuer: User) -> None:
    mine = Company.objects.filter(pk=of_company(issuer).pk)
    assert find(mine, FIELDS, "jose@example").rows.count() == 0
    assert list(find(mine, FIELDS, "example.com").rows) == [issuer.company]


@pytest.mark.django_db
def test_it_says_when_more_may_be_there(
    issuer: User, other_issuer: User, distributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Company.objects.all()
    assert find(rows, FIELDS, "example").complete
    # The newest have the word: a page of them is shown.
    monkeypatch.setattr(searching, "RECENT", 1)
    monkeypatch.setattr(searching, "COMMON", 1)
    common = find(rows, FIELDS, "example")
    assert not common.complete
    assert list(common.rows) == [other_issuer.company]
    # More rows have it than are listed.
    monkeypatch.setattr(searching, "COMMON", 2)
    monkeypatch.setattr(searching, "MANY", 1)
    assert not find(rows, FIELDS, "example").complete
    # Of a scope, what all have in common hides nothing of what few have.
    own = rows.visible_to(distributor)
    assert find(own, FIELDS, "napa").complete
    assert list(find(own, FIELDS, "napa").rows) == [issuer.company]


@pytest.mark.django_db
def test_words_that_are_common_each_are_found_together(
    issuer: User, other_issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "RECENT", 1)
    monkeypatch.setattr(searching, "COMMON", 0)
    found = find(Company.objects.all(), FIELDS, "panaderia napa")
    assert list(found.rows) == [issuer.company]


@pytest.mark.django_db
def test_every_list_with_a_search_finds_by_the_companys_rfc(way: str, issuer: User) -> None:
    tried = 0
    for row in rows_of(issuer):
        fields = admin.site._registry[type(row)].search_fields
        if any(field.endswith("company__rfc") for field in fields):
            tried += 1
            rows = type(row)._default_manager.all()
            assert row in find(rows, fields, "pna-190312-ab1").rows, row
            assert not find(rows, fields, "zzzz").rows.exists(), row
    assert tried > 5


@pytest.mark.django_db
def test_every_list_searches_each_of_its_fields(issuer: User) -> None:
    """A list that has no row of a field's finds nothing by it, but does not fail."""
    rows_of(issuer)
    for model, model_admin in admin.site._registry.items():
        if model_admin.search_fields:
            assert not find(model._default_manager.all(), model_admin.search_fields, "zzzz").rows.exists()


@pytest.mark.parametrize(
    ("model", "index"),
    [
        (Company, "company_trigrams"),
        (User, "user_trigrams"),
        (apps.get_model("companies", "UserEvent"), "former_email_trigrams"),
        (Message, "message_trigrams"),
        (Mailbox, "mailbox_trigrams"),
        (Csd, "csd_trigrams"),
        (Diagnosis, "diagnosis_trigrams"),
        (LetterSignature, "signature_trigrams"),
        (Delegation, "delegation_trigrams"),
    ],
)
@pytest.mark.django_db
def test_an_index_serves_the_words(model: type[Model], index: str) -> None:
    text = getattr(model, "search_text")  # noqa: B009  (not every model has one)
    rows = SearchTable("", model, text).having(["napa", "pan"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in rows.explain()


@pytest.mark.django_db
def test_a_search_of_many_words_costs_no_more_statements(issuer: User) -> None:
    counts = []
    for term in ("napa", "panaderia la napa pna190312ab1 example"):
        with CaptureQueriesContext(connection) as captured:
            list(find(Company.objects.all(), FIELDS, term).rows)
        counts.append(len(captured))
    assert counts[0] == counts[1] == 3  # folding, the newest, the rows


@pytest.mark.django_db
def test_a_text_knows_its_columns() -> None:
    assert USER_TEXT.across("user").columns[0] == "user__code"
    assert USER_TEXT.across("user").together == ("user__phone",)
    assert isinstance(Distributor.search_text, SearchText)


def test_what_a_page_says_names_no_number() -> None:
    assert MORE_MAY_BE_THERE.startswith("Puede haber más")
