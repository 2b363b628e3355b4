"""docs/recipes.md, «A kind of job», tried out: six places, and nothing else knows the kind."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.models import ContentType
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, clear_url_caches, path
from pytest_django.fixtures import Settings

from companies.models import User
from facturamos import urls
from facturamos.admin import groups
from facturamos.jobs import handlers, tasks
from facturamos.jobs.admin import JobAdmin
from facturamos.jobs.handlers import handles
from facturamos.jobs.models import Job, JobQuerySet, kinds
from facturamos.jobs.pauses import MAX_CRASHES

RECIPES = Path(__file__).resolve().parents[3] / "docs" / "recipes.md"
urlpatterns: list[URLPattern | URLResolver] = []
handler404 = urls.handler404


class Parcel(Job):
    """Place: the row."""

    weight = models.PositiveIntegerField("gramos", default=1)
    weighed = models.BooleanField("pesado", default=False)

    objects = JobQuerySet["Parcel"].as_manager()

    class Meta(Job.Meta):
        app_label = "mailing"
        verbose_name = "paquete"
        verbose_name_plural = "paquetes"


# As an app that is not installed: it comes and goes with the fixture.
del apps.all_models["mailing"]["parcel"]
apps.clear_cache()


class ParcelAdmin(JobAdmin[Parcel]):
    """Place: its list in admin."""

    list_display = ("weight", *JobAdmin.list_display)


def weigh(parcel: Parcel) -> None:
    """Place: its handler."""
    with parcel.settle():
        Parcel.objects.filter(pk=parcel.pk).update(weighed=True)


# As if it stood there.
weigh.__module__ = "mailing.tasks"


def one() -> Parcel:
    """Place: one row of it."""
    parcel = Parcel(weight=250)
    parcel.save()
    return parcel


@pytest.fixture
def unhandled(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The kind is there, and nobody does its work yet."""
    monkeypatch.setattr(handlers, "_handlers", dict(handlers._handlers))
    apps.all_models["mailing"]["parcel"] = Parcel
    apps.clear_cache()
    # Place: its migration.
    with connection.schema_editor() as editor:
        editor.create_model(Parcel)
    yield
    del apps.all_models["mailing"]["parcel"]
    apps.clear_cache()


@pytest.fixture
def parcels(unhandled: None, settings: Settings) -> Iterator[None]:
    """The kind, handled, and with its page."""
    handles(Parcel)(weigh)
    admin.site.register(Parcel, ParcelAdmin)
    create_permissions(apps.get_app_config("mailing"), verbosity=0)
    groups.grant()
    urlpatterns[:] = [path("admin/", admin.site.urls), *urls.urlpatterns]
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield
    admin.site.unregister(Parcel)
    ContentType.objects.clear_cache()
    clear_url_caches()


def problems() -> list[str]:
    return [problem.msg for problem in checks.run_checks() if problem.id == "jobs.E001"]


@pytest.mark.usefixtures("unhandled")
def test_a_kind_without_a_handler_is_named_by_a_check() -> None:
    assert problems() == ["Nobody does the work of mailing.Parcel."]

    handles(Parcel)(weigh)

    assert problems() == []


@pytest.mark.usefixtures("unhandled")
def test_a_handler_elsewhere_than_in_a_tasks_module_does_not_count() -> None:
    def elsewhere(parcel: Parcel) -> None:
        weigh(parcel)

    handles(Parcel)(elsewhere)

    assert problems() == ["Nobody does the work of mailing.Parcel."]


@pytest.mark.usefixtures("parcels")
def test_a_kind_has_one_handler() -> None:
    with pytest.raises(ImproperlyConfigured, match="two handlers"):
        handles(Parcel)(weigh)


@pytest.mark.usefixtures("unhandled")
def test_a_job_that_nobody_handles_is_not_lost() -> None:
    parcel = one()

    tasks.run("mailing.parcel", str(parcel.pk))

    parcel.refresh_from_db()
    assert (parcel.state, parcel.last_error) == (Job.State.QUEUED, "ImproperlyConfigured")


# Place: its test.
@pytest.mark.usefixtures("parcels")
def test_the_work_is_done_once() -> None:
    parcel = one()
    assert Parcel in kinds()  # the sweeper looks after it

    tasks.run("mailing.parcel", str(parcel.pk))
    tasks.run("mailing.parcel", str(parcel.pk))

    parcel.refresh_from_db()
    assert (parcel.weighed, parcel.state, parcel.attempt) == (True, Job.State.DONE, 1)


@pytest.mark.usefixtures("parcels")
def test_support_retries_a_dead_one(sign_in: Callable[[User], Client], support: User) -> None:
    parcel = one()
    for _ in range(MAX_CRASHES):
        Parcel.objects.update(run_after=parcel.created_at)
        held = Parcel.objects.claim(parcel.pk)
        assert held is not None
        held.crash("ZeroDivisionError")
    client = sign_in(support)

    page = client.get(f"/admin/mailing/parcel/{parcel.pk}/change/").content.decode()
    client.post(f"/admin/mailing/parcel/{parcel.pk}/ejecutar-otra-vez/")

    assert "Ejecutar otra vez" in page
    parcel.refresh_from_db()
    assert (parcel.state, parcel.crashes) == (Job.State.QUEUED, 0)


def test_the_recipe_names_the_places_that_this_test_touched() -> None:
    section = RECIPES.read_text().split("\n## A kind of job\n")[1].split("\n## ")[0]
    recipe = re.findall(r"^\d\. \*\*(.+?)\*\*", section, re.MULTILINE)

    touched = re.findall(r"Place: ([a-z ]+)\.", Path(__file__).read_text())

    assert sorted(place.lower() for place in recipe) == sorted(touched)
    assert len(recipe) <= 6
