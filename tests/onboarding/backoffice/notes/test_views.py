"""Notes and tasks on a company: who writes, who reads, what is to be done and by whom it was."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from companies.models import Company, User
from onboarding.backoffice.case_file.timeline import timeline
from onboarding.backoffice.notes.models import CompanyNote
from onboarding.backoffice.notes.services import open_tasks

SignIn = Callable[[User], Client]


def url_of(issuer: User) -> str:
    return f"/admin/companies/company/{issuer.company_id}/notas/"


def company_of(issuer: User) -> Company:
    return Company.objects.get(users=issuer)


def write(client: Client, issuer: User, text: str, **more: object) -> None:
    data = {"text": text, "due_on": "", "assignee": "", "audience": "solo_asistencia"} | more
    assert client.post(url_of(issuer), data).status_code == 302


def test_support_writes_a_task_that_stands_on_the_companys_page_and_in_its_history(
    sign_in: SignIn, support: User, issuer: User
) -> None:
    client = sign_in(support)
    write(client, issuer, "Llamar\npor los sellos", due_on="2026-12-01", assignee=support.pk)

    for page in (url_of(issuer), f"/admin/companies/company/{issuer.company_id}/resumen/"):
        text = client.get(page).content.decode()
        assert "Para el 1 de diciembre" in text
        assert "Llamar<br>por los sellos" in text
        assert "Atiende: Sofía Soporte" in text
    [line] = [change for change in timeline(company_of(issuer)) if change.what == "Nota"]
    assert ("Nota", "—", "Llamar\npor los sellos") in line.values
    assert line.who == "soporte"


def test_who_did_it_and_when_is_kept(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    write(client, issuer, "Llamar el martes", due_on="2026-12-01")
    note = CompanyNote.objects.get()

    client.post(url_of(issuer), {"nota": note.pk, "accion": "hecho"})
    note.refresh_from_db()
    assert note.done_by == support
    assert "hecho por Sofía Soporte" in client.get(url_of(issuer)).content.decode()

    client.post(url_of(issuer), {"nota": note.pk, "accion": "pendiente"})
    note.refresh_from_db()
    assert CompanyNote.objects.filter(done_at=None, done_by=None).exists()


def test_a_distributor_reads_what_was_written_for_it(
    sign_in: SignIn, support: User, distributor: User, issuer: User
) -> None:
    client = sign_in(support)
    write(client, issuer, "Solo nuestra")
    write(client, issuer, "Para los dos", audience="con_distribuidor")

    page = sign_in(distributor).get(url_of(issuer)).content.decode()

    assert "Para los dos" in page
    assert "Solo nuestra" not in page
    assert "Sofía" not in page
    told = str(timeline(company_of(issuer), distributor))
    assert "Para los dos" in told
    assert "Solo nuestra" not in told


def test_a_distributor_writes_what_it_can_read(
    sign_in: SignIn, support: User, distributor: User, other_distributor: User, issuer: User
) -> None:
    client = sign_in(distributor)
    assert "Solo Asistencia" not in client.get(url_of(issuer)).content.decode()
    write(client, issuer, "Quiere pagar en enero")
    sly = {"text": "Otra", "due_on": "", "assignee": other_distributor.pk}
    assert "Elija «Atiende» de la lista." in client.post(url_of(issuer), sly).content.decode()

    assert "Quiere pagar" in client.get(url_of(issuer)).content.decode()
    assert "Quiere pagar" in sign_in(support).get(url_of(issuer)).content.decode()


def test_a_moved_company_takes_no_note_of_its_former_distributor_along(
    sign_in: SignIn, distributor: User, other_distributor: User, issuer: User
) -> None:
    write(sign_in(distributor), issuer, "Nos debe dos meses")
    note = CompanyNote.objects.get()
    Company.objects.filter(users=issuer).update(distributor=other_distributor.distributor)

    client = sign_in(other_distributor)
    assert "Nos debe" not in client.get(url_of(issuer)).content.decode()
    assert "Nos debe" not in str(timeline(company_of(issuer), other_distributor))
    assert client.post(url_of(issuer), {"nota": note.pk, "accion": "hecho"}).status_code == 404
    assert sign_in(distributor).get(url_of(issuer)).status_code == 404


def test_a_note_that_is_none_is_not_found(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    for key in ("", "x", "²", "9" * 40):
        assert client.post(url_of(issuer), {"nota": key, "accion": "hecho"}).status_code == 404


def test_a_list_asks_once_for_what_is_to_be_done(
    sign_in: SignIn, support: User, distributor: User, issuer: User, other_issuer: User
) -> None:
    client, company = sign_in(support), company_of(issuer)
    late = timezone.localdate() - timedelta(days=1)
    write(client, issuer, "Después", due_on="2030-01-01", audience="con_distribuidor")
    write(client, issuer, "Ayer", due_on=f"{late}", assignee=support.pk)
    write(client, issuer, "Solo una nota")

    found = open_tasks([company.pk, company_of(other_issuer).pk], support)
    assert set(found) == {company.pk}
    tasks = found[company.pk]
    assert (tasks.count, tasks.next.text, tasks.assignee) == (2, "Ayer", "Sofía Soporte")
    assert open_tasks([company.pk], distributor)[company.pk].next.text == "Después"
    assert "(atrasado)" in client.get(url_of(issuer)).content.decode()


def test_a_distributor_reads_none_of_our_names(
    sign_in: SignIn, support: User, distributor: User, issuer: User
) -> None:
    write(
        sign_in(support),
        issuer,
        "Para los dos",
        due_on="2030-01-01",
        audience="con_distribuidor",
        assignee=support.pk,
    )
    page = sign_in(distributor).get(url_of(issuer)).content.decode()
    assert "Atiende: Asistencia" in page
    assert "Sofía" not in page
    assert open_tasks([company_of(issuer).pk], distributor)[company_of(issuer).pk].assignee == "Asistencia"


def test_who_only_reads_is_offered_nothing_to_write(
    sign_in: SignIn, support: User, reader: User, issuer: User
) -> None:
    write(sign_in(support), issuer, "Para los dos", due_on="2030-01-01", audience="con_distribuidor")
    client = sign_in(reader)
    page = client.get(url_of(issuer)).content.decode()
    assert "Para los dos" in page
    assert "Guardar la nota" not in page
    assert "Hecho</button>" not in " ".join(page.split())
    overview = client.get(f"/admin/companies/company/{issuer.company_id}/resumen/").content.decode()
    assert "Escribir una nota" not in overview
