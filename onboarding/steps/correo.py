"""The mailbox that invoices are sent from; without one, the default sender."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from companies.models import Company
from companies.signed_in import IssuerRequest, reached_at
from facturamos.forms import Faults
from facturamos.text import clean
from mailing import mailbox_stopped, services
from mailing.doctor.fields import FIELDS
from mailing.forms import MailboxForm
from mailing.mailbox_in_use import InUse, in_use
from mailing.models import Mailbox
from mailing.oauth.overview import PermitOverview, permit_overview
from mailing.senders import site_address
from onboarding import email_slips
from onboarding.wizard.doubts import KEPT, MAIN, Doubt
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement, Stops
from onboarding.wizard.step import Action, Context, Redraw, Step, Summary, Visit

# Which sender was chosen on the page: the default one, as it is at first, "own", or the default one by hand,
# whatever was typed before.
SENDER = "correo-sender"
DEFAULT, ONLY_DEFAULT = "default", "only-default"
FAILED = "El correo de prueba no salió"
STATES = {
    InUse.WORKS: Status.DONE,
    InUse.FAILS: Status.PROBLEM,
    InUse.UNDECIDED: Status.REVIEW,
    InUse.UNTESTED: Status.TODO,
}


def mailbox_of(company: Company) -> Mailbox | None:
    """The company's mailbox, if it has one."""
    return getattr(company, "mailbox", None)


def overview_for(request: IssuerRequest, mailbox: Mailbox | None) -> services.MailboxOverview:
    """What came of the last test; whoever was asked to do the step sees only its own: others name people."""
    shown, delegate = services.overview(mailbox), request.delegate
    if delegate and shown.test and (shown.test.to != (delegate.email,) or shown.test.when < delegate.since):
        return replace(shown, test=None)
    return shown


def _insisted(shown: services.MailboxOverview) -> str:
    """The entry among a company's doubts that says that it insisted whatever this test said."""
    return f"prueba-{shown.test.key}" if shown.test else ""


class MailboxStep(Step[MailboxForm]):
    """Done once a test mail got through; saved alone, it waits for that."""

    slug = "correo"
    title = "Correo electrónico"
    heading = "¿Desde qué correo salen sus facturas?"
    lead = "Puede usar el suyo. Si lo omite, saldrán de facturamos@sistemasperseo.com con su nombre."
    in_short = "desde dónde salen sus facturas"
    needs = "la contraseña de su correo, si quiere usar el suyo"
    minutes = 1
    asked_of = "quien lleva sus sistemas"
    asked_still = "Guardado. Falta una prueba correcta: presione «Enviar correo de prueba»."
    errand = "configurar el correo del que salen las facturas"
    form_class = MailboxForm
    optional = True
    stops_nothing = True
    asks = True
    sent_besides = (SENDER,)
    sample_answer = {
        "from_email": "ventas@example.com",
        "from_name": "Panadería La Ñapa",
        "username": "ventas@example.com",
        "password": "clave-smtp-9",
        "host": "smtp.example.com",
        "port": "587",
        "use_ssl": "on",
    }

    def state(self, progress: Progress) -> Status:
        """What sends the invoices counts, whatever was saved or left out."""
        mailbox = mailbox_of(progress.company)
        if mailbox and mailbox.is_active:
            return STATES[in_use(mailbox, progress.facts.mailbox_test)]
        if mailbox and mailbox.is_permitted:
            return Status.PROBLEM if mailbox.permit_fault else Status.TODO
        return Status.SKIPPED if progress.omitted(self.slug) else Status.TODO

    def status_label(self, status: Status, progress: Progress) -> str:
        """A mailbox that was saved waits for a test, and for nobody else."""
        untested = status is Status.TODO and mailbox_of(progress.company) and not progress.note(self.slug)
        return "Falta probarlo" if untested else status.label

    def requirements(self, progress: Progress) -> list[Requirement]:
        """A mailbox that works; until then, and without one, invoices leave from the default sender."""
        mailbox = mailbox_of(progress.company)
        line = Requirement(
            code=self.slug,
            title=self.title,
            state="done",
            text=f"Sus facturas salen de {site_address().addr_spec}.",
            brief="",
            page=self.slug,
            stops=Stops.NOTHING,
            lasting=True,
        )
        if mailbox and mailbox.is_active:
            return [self._of_one_in_use(line, mailbox, progress.facts.mailbox_test)]
        if mailbox and (permit := permit_overview(mailbox)):
            return [self._permit_requirement(line, mailbox, permit)]
        if mailbox is None or progress.omitted(self.slug):
            return [line]
        text = (
            f"Falta una prueba correcta de {mailbox.from_email}; mientras tanto, sus facturas salen de "
            f"{site_address().addr_spec}."
        )
        brief = f"Falta una prueba correcta de {mailbox.from_email}."
        return [line._replace(state="waiting", text=text, brief=brief, action="Probar su correo")]

    def _of_one_in_use(self, line: Requirement, mailbox: Mailbox, last: str) -> Requirement:
        address = mailbox.from_email
        text = f"Sus facturas salen de {address}"
        match in_use(mailbox, last):
            case InUse.WORKS:
                return line._replace(text=f"{text}.", when=mailbox.tested_ok_at)
            case InUse.FAILS:
                brief = f"La última prueba de {address} falló."
                text = f"{text}, pero la última prueba de ese correo falló."
                return line._replace(state="problem", text=text, brief=brief, action="Probar su correo")
        brief = f"Ninguna prueba de {address} ha salido bien todavía."
        text = f"{text}, porque usted lo pidió. {brief}"
        return line._replace(state="waiting", text=text, brief=brief, action="Probar su correo")

    def _permit_requirement(self, line: Requirement, mailbox: Mailbox, permit: PermitOverview) -> Requirement:
        """A mailbox without a password that is not in use: its provider says why, or a test is missing."""
        meanwhile = f"Mientras tanto, sus facturas salen de {site_address().addr_spec}."
        if not permit.message:
            brief = f"Falta una prueba correcta de {mailbox.from_email}."
            text = f"{mailbox.from_email} está conectado con {permit.name}. {brief} {meanwhile}"
            return line._replace(state="waiting", text=text, brief=brief, action="Probar su correo")
        text = f"{permit.message} {permit.action} {meanwhile}"
        brief = f"{permit.name} ya no permite enviar desde {mailbox.from_email}."
        action = f"Conectar con {permit.name}"
        return line._replace(state="problem", text=text, brief=brief, action=action)

    def instance(self, progress: Progress) -> Mailbox:
        """The company's mailbox; a new one begins with what is known already."""
        user, company = progress.user, progress.company
        # By its key: with the company itself, the company would have this mailbox from now on.
        return mailbox_of(company) or Mailbox(
            company_id=company.pk, from_email=user.email, from_name=company.name[:120], username=user.email
        )

    def context(self, visit: Visit) -> Context:
        """What came of the last test."""
        mailbox = mailbox_of(visit.progress.company)
        omitted, test = visit.progress.omitted(self.slug), overview_for(visit.request, mailbox)
        return {
            "mailbox": mailbox,
            "test": test,
            # What the test says was known when the issuer insisted, or is not asked for.
            "settled": _insisted(test) in visit.progress.onboarding.doubts or (omitted and not test.active),
            "default_sender": site_address().addr_spec,
            "sender_name": SENDER,
            **self._chosen(visit, own=mailbox is not None and not omitted),
        }

    def _chosen(self, visit: Visit, *, own: bool) -> Context:
        """Which sender the page begins with: as it is stored, or as the end of the session left it."""
        sent = visit.given_back
        if sent is not None:
            own = not self._takes_default(sent, visit.progress)
        by_hand = sent is not None and sent.get(SENDER) == ONLY_DEFAULT
        return {"chooses_own": own, "default_value": ONLY_DEFAULT if by_hand else DEFAULT}

    def faults(self, context: Context) -> Faults | None:
        """A test that failed, beside the field that its advice speaks of; not when it is of no account."""
        shown = context["test"]
        if not isinstance(shown, services.MailboxOverview) or context["settled"]:
            return None
        test = shown.test
        if test is None or test.running or test.passed or (shown.active and not test.current):
            return None
        field = FIELDS.get(test.code, "")
        heading = "" if field else "No se pudo probar su correo"
        return Faults({field: [f"{test.message} {test.action}".strip()]}, FAILED, heading)

    def fingerprint(self, progress: Progress) -> str:
        """The password is never shown; when it was changed says enough."""
        return str(getattr(mailbox_of(progress.company), "secret_changed_at", ""))

    def rows(self, progress: Progress) -> Sequence[Mailbox]:
        """The mailbox, once there is one."""
        mailbox = mailbox_of(progress.company)
        return [mailbox] if mailbox else []

    def questions(self, progress: Progress) -> list[Doubt]:
        """An address that looks mistyped, of a mailbox that is to be used."""
        mailbox = mailbox_of(progress.company)
        if mailbox is None or mailbox.is_permitted or progress.omitted(self.slug):
            return []
        shown = ("from_email",) if mailbox.username == mailbox.from_email else ("from_email", "username")
        labels = {name: str(MailboxForm.base_fields[name].label) for name in shown}
        return email_slips.questions((name, labels[name], getattr(mailbox, name)) for name in shown)

    def amend(self, data: QueryDict, progress: Progress) -> QueryDict:
        """The buttons that correct an address; the user's name is mostly the same."""
        return email_slips.amended(data, self.slug, along=("username",))

    def save(self, visit: Visit, form: MailboxForm) -> HttpResponse | None:
        """Saves; «Enviar correo de prueba» also sends one, and stays to show what comes of it."""
        changed = form.has_changed()
        mailbox = form.save()
        if visit.pressed == "probar":
            last = services.overview(mailbox).test
            # A second press while the same settings are being tested sends no second mail.
            if changed or last is None or not last.running:
                self.send_test(visit, mailbox)
            return redirect(visit.request.get_full_path())
        return None

    def after_saving(self, visit: Visit, form: MailboxForm) -> Progress:
        """With the mailbox as it was saved."""
        visit.progress.company.mailbox = form.instance
        return visit.progress

    def send_test(self, visit: Visit, mailbox: Mailbox) -> None:
        """To the addresses of who is at the page; too many within an hour are refused in words."""
        try:
            services.start_test(mailbox, to=reached_at(visit.request))
        except services.TooManyTests as refusal:
            messages.warning(visit.request, str(refusal))

    def leaves_out(self, visit: Visit) -> bool:
        """«Guardar y continuar» takes the default sender, which is chosen unless something was typed."""
        return visit.pressed in MAIN and self._takes_default(visit.request.POST, visit.progress)

    def _takes_default(self, sent: QueryDict, progress: Progress) -> bool:
        chosen = sent.get(SENDER)
        return chosen == ONLY_DEFAULT or (chosen == DEFAULT and not self._typed(sent, progress))

    def _typed(self, sent: QueryDict, progress: Progress) -> bool:
        """Whether something of a mailbox was sent that the page had not shown."""
        shown = MailboxForm(instance=self.instance(progress), prefix=self.slug)
        if shown.instance.is_permitted:
            return False
        texts = [name for name in MailboxForm.Meta.fields if name != "use_ssl"]
        return (
            bool(sent.get(shown.add_prefix("password")))
            or bool(sent.get(shown.add_prefix("use_ssl"))) != bool(shown["use_ssl"].value())
            or any(
                clean(sent.get(shown.add_prefix(name), "")) != clean(str(shown[name].value() or ""))
                for name in texts
            )
        )

    def omit(self, visit: Visit) -> None:
        """Without its own mailbox in use, invoices leave from the default sender; the settings stay."""
        mailbox = mailbox_of(visit.progress.company)
        if mailbox and (mailbox.is_active or mailbox.is_permitted):
            mailbox_stopped.use_default_sender(mailbox)

    def actions(self) -> dict[str, Action]:
        """«Usar estos datos», «Usarlos de todos modos» and «Desconectar»."""
        return {"usar": self.accept_proposal, "insistir": self.insist, "desconectar": self.disconnect}

    def accept_proposal(self, visit: Visit) -> None:
        """What the test found to work takes the place of what was typed, and is tested."""
        mailbox = mailbox_of(visit.progress.company)
        if mailbox and services.accept_proposal(mailbox):
            self.send_test(visit, mailbox)

    def disconnect(self, visit: Visit) -> None:
        """Gives the permission back; invoices leave from the default sender."""
        mailbox = mailbox_of(visit.progress.company)
        if mailbox and mailbox.is_permitted:
            mailbox_stopped.use_default_sender(mailbox)

    def insist(self, visit: Visit) -> None:
        """The issuer knows better than a test that could not tell."""
        mailbox, onboarding = mailbox_of(visit.progress.company), visit.progress.onboarding
        test = services.overview(mailbox)
        if mailbox and test.can_insist:
            mailbox.insist()
            onboarding.doubts = {**onboarding.doubts, _insisted(test): KEPT}
            onboarding.save(update_fields=["doubts"])

    def redraws(self) -> dict[str, Redraw[MailboxForm]]:
        """The server that belongs to an address."""
        return {"proponer": MailboxForm.propose}

    def is_done_since(self, progress: Progress, since: datetime) -> bool:
        """Once invoices leave from it: saved alone, it still waits for a test."""
        mailbox = mailbox_of(progress.company)
        if mailbox is None or not mailbox.is_active:
            return False
        tested_at = mailbox.tested_ok_at
        return super().is_done_since(progress, since) or (tested_at is not None and tested_at >= since)

    def summary(self, progress: Progress) -> Summary:
        """Where invoices are sent from as things stand, and what is saved, in use or not."""
        mailbox = mailbox_of(progress.company)
        if mailbox is None:
            return [("Sus facturas salen de", site_address().addr_spec)]
        leaves_from = mailbox.from_email if mailbox.is_active else site_address().addr_spec
        return [
            ("Sus facturas salen de", leaves_from),
            ("Su correo, todavía sin usarse", "" if mailbox.is_active else mailbox.from_email),
            ("Nombre", mailbox.from_name),
            *self._way(mailbox),
        ]

    def _way(self, mailbox: Mailbox) -> Summary:
        """How the mail leaves: by whose permission, or by which server."""
        if mailbox.is_permitted:
            return [("Vía", mailbox.get_kind_display())]
        return [
            ("Usuario", mailbox.username),
            ("Servidor SMTP", mailbox.host),
            ("Puerto SMTP", str(mailbox.port)),
            ("SSL", "Sí" if mailbox.use_ssl else "No"),
        ]
