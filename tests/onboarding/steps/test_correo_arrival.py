"""«¿Llegarán sus facturas?», after a good test of the mailbox."""

from companies.models import User
from mailing.arrival.repairs import DnsRecord
from mailing.arrival.services import Arrival, ArrivalFinding
from mailing.models import Mailbox, MailboxTest
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab

SLUG = "correo"


def test_the_page_says_whether_the_mail_will_arrive_with_the_record_to_copy(tab: Tab, support: User) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    record = DnsRecord("TXT", "panaderia.mx", "v=spf1 <b>include:_spf.google.com ~all")
    finding = ArrivalFinding(
        "spf_none", "warning", "Permiso SPF", "panaderia.mx no tiene registro SPF.", (record,)
    )
    stored = Arrival("panaderia.mx", (finding,)).stored()
    test = MailboxTest.objects.create(mailbox=Mailbox.objects.get(), code="ok", state="done", arrival=stored)

    page = tab.client.get("/configuracion/correo/").content.decode()
    tab.client.force_login(support, backend="companies.accounts.auth.Backend")
    admin = tab.client.get(f"/admin/mailing/mailboxtest/{test.pk}/change/").content.decode()

    for shown in (page, admin):
        assert "¿Llegarán sus facturas?" in shown or "¿llegarán sus facturas?" in shown
        assert "Puede que algunas de sus facturas no lleguen" in shown
        assert "panaderia.mx no tiene registro SPF." in shown
        assert "panaderia.mx  TXT  v=spf1 &lt;b&gt;include:_spf.google.com ~all" in shown
