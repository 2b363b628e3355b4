"""The SAT's catalogues, from satcfdi's file into Postgres."""

import pickle
import re
import time
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from companies.models import SatNeighborhood, SatPostalCode, SatTaxRegime
from companies.sat import catalogues, postal_codes, tax_regimes
from companies.sat.catalogues import UnexpectedPickle, unpickle

pytestmark = pytest.mark.django_db


def load(*options: str) -> str:
    out = StringIO()
    call_command("load_sat_catalogs", *options, stdout=out)
    return out.getvalue()


def test_it_loads_everything_and_a_second_time_changes_nothing() -> None:
    started = time.monotonic()
    said = load()
    seconds = time.monotonic() - started

    assert "códigos postales del SAT: " in said
    assert SatPostalCode.objects.count() > 95_000
    assert SatNeighborhood.objects.count() > 145_000
    assert seconds < 10  # the mark is 5 s, on a machine that does nothing else
    assert load() == "Los catálogos del SAT ya estaban al día: nada cambió.\n"


def test_what_was_loaded_is_not_loaded_again_when_only_newer_is_wanted(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "nuevos" in load("--if-newer")  # here is only a piece
    SatPostalCode.objects.filter(code="37000").delete()

    with django_assert_num_queries(1):
        assert load("--if-newer") == "Los catálogos del SAT ya estaban al día: nada cambió.\n"
    assert "códigos postales del SAT: 1 nuevos" in load()

    monkeypatch.setattr(catalogues, "fingerprint", lambda: "newer")
    SatPostalCode.objects.filter(code="37000").delete()
    assert "códigos postales del SAT: 1 nuevos" in load("--if-newer")


def test_it_repairs_and_reports_what_differs() -> None:
    rows = catalogues.read()
    catalogues.load(rows)
    SatPostalCode.objects.filter(code="37000").update(state="JAL")
    SatPostalCode.objects.filter(code="06000").delete()
    SatPostalCode.objects.create(code="00001", state="JAL", time_zone="?")

    changes = [change for change in catalogues.load(rows) if change]

    assert [(each.title, each.added, each.changed, each.removed) for each in changes] == [
        ("códigos postales del SAT", 1, 1, 1)
    ]
    assert SatPostalCode.objects.get(code="37000").state == "GUA"


def test_a_failure_leaves_everything_as_it_was() -> None:
    before = SatPostalCode.objects.count()
    rows = catalogues.read() | {SatTaxRegime: [("777", "Uno", "t", "f"), ("777", "Dos", "t", "f")]}

    with pytest.raises(Exception, match="duplicate key"):
        catalogues.load(rows)

    assert SatPostalCode.objects.count() == before


def test_nothing_but_plain_values_is_unpickled() -> None:
    assert unpickle(pickle.dumps(["ñ", ("a", "b")])) == ["ñ", ("a", "b")]
    with pytest.raises(UnexpectedPickle, match="getcwd"):
        unpickle(b"cos\ngetcwd\n(tR.")
    with pytest.raises(UnexpectedPickle):
        unpickle(b"Pevil\n.")


def test_every_regime_has_its_personas() -> None:
    stored = {row.code: (row.name, row.moral, row.fisica) for row in SatTaxRegime.objects.all()}

    for regime in tax_regimes.TAX_REGIMES:
        assert stored[regime.code][1:] == (regime.moral, regime.fisica)


def test_a_postal_code_is_looked_up_in_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        place = postal_codes.find("37000")

    assert len(queries) == 1
    assert place is not None
    assert (place.state, place.municipality, place.locality) == ("Guanajuato", "León", "León de los Aldama")
    assert place.time_zone == "Tiempo del Centro"
    assert "Centro" in place.neighborhoods or place.neighborhoods


def test_an_unknown_postal_code_has_no_place() -> None:
    assert postal_codes.find("00001") is None
    assert postal_codes.find("") is None


def test_a_postal_code_may_have_no_municipio_and_no_colonia() -> None:
    place = postal_codes.find("01001")

    assert place is not None
    assert (place.state, place.municipality, place.neighborhoods) == ("Ciudad de México", "", ())


def test_nothing_unpickles_while_the_site_runs() -> None:
    root = Path(settings.BASE_DIR)
    apps = ("facturamos", "mailing", "companies", "certificates", "onboarding")
    files = {
        file.relative_to(root).as_posix(): file.read_text()
        for app in apps
        for file in (root / app).rglob("*.py")
    }

    reading = {name for name, text in files.items() if re.search(r"pickle\.loads?\b|Unpickler", text)}
    using = {name for name, text in files.items() if re.search(r"import catalogues$", text, re.MULTILINE)}

    assert reading == {"companies/sat/catalogues.py"}
    assert using == {"companies/management/commands/load_sat_catalogs.py"}
