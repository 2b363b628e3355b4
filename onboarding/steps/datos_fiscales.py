"""The company as the SAT knows it."""

from copy import copy

from django.http import HttpResponse, QueryDict

from certificates.checks.results import CheckResult
from companies.forms import FiscalDataForm
from companies.models import Company
from companies.sat import rfc, tax_regimes, web_pages, without_legal_form
from companies.sat.name_differences import differences
from onboarding import place_of_issue
from onboarding.test_invoice import refusals
from onboarding.wizard.doubts import KEPT, Doubt, Proposal
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement
from onboarding.wizard.step import Context, Step, Summary, Visit

# The buttons that take another name, and the one that vouches for the RFC.
USE_NAME, CONFIRM_RFC = "nombre", "confirmar"
OTHER_NAME = "otro-nombre"


def rfc_doubt(value: str) -> Doubt:
    """That the check digit is not the usual one."""
    return Doubt(
        code="rfc",
        about=(value,),
        sentence=f"RFC {value}: {rfc.DIGIT_DOUBT}",
        heading="Revise el RFC",
        keep=Proposal(CONFIRM_RFC, "Mi RFC es correcto"),
        asked_when_shown=True,
    )


class FiscalDataStep(Step[FiscalDataForm]):
    """Begins with what the distributor wrote; what it could not know makes it complete."""

    slug = "datos-fiscales"
    title = "Datos fiscales"
    heading = "Revise los datos fiscales de su empresa"
    lead = (
        "Deben ser iguales a los de su Constancia de Situación Fiscal: con una letra distinta, el SAT "
        "rechaza sus facturas."
    )
    in_short = "nombre, RFC y régimen"
    needs = "su Constancia de Situación Fiscal"
    minutes = 3
    asked_of = "su contador"
    errand = "revisar los datos y la dirección fiscal de la empresa con su constancia"
    form_class = FiscalDataForm
    asks = True
    sample_answer = {
        "name": "PANADERÍA LA ÑAPA",
        "rfc": "PNA190312AB1",
        "phone": "4771234567",
        "expedition_place": "37000",
        "tax_regime": "601",
    }

    def answered(self, progress: Progress) -> Status:
        """Without régimen and lugar de expedición, saved or not, no invoice can be made."""
        company = progress.company
        if not (company.tax_regime and company.expedition_place):
            return Status.TODO
        return super().answered(progress)

    def faulty(self, progress: Progress) -> list[Requirement]:
        """What the SAT would refuse of it; of the test invoice, what nothing else says."""
        by_check = {
            "name": self._faulty_name(progress),
            "expedition_place": self._unknown_place(progress),
            "tax_regime": self._unfit_regime(progress),
        }
        # Whose sellos they are, their own step says.
        told = {check for check, lines in by_check.items() if lines} | {"rfc"}
        refused = [check for check in refusals(progress, self.slug) if check.code not in told]
        return [*(line for lines in by_check.values() for line in lines), *map(self._refused, refused)]

    def _faulty_name(self, progress: Progress) -> list[Requirement]:
        """What the SAT's own documents say comes first: it is the name to take."""
        name, proposal = progress.company.name, self.proposed_name(progress)
        line = self.problem(
            USE_NAME,
            title="Nombre ante el SAT",
            text=f"Está guardado como «{name}», y el SAT lo pide como «{proposal}»: con otro nombre, el SAT "
            "rechaza las facturas.",
            brief=f"El nombre no es como lo pide el SAT: «{proposal}».",
            action="Corregir el nombre",
        )
        for who, other in self.other_names(progress):
            text = (
                f"Está guardado como «{name}», y según {who.lower()} es «{other}»: con otro nombre, el SAT "
                "rechaza las facturas."
            )
            brief = f"El nombre no es el que tiene el SAT: «{other}»."
            return [line._replace(code=OTHER_NAME, text=text, brief=brief)]
        return [] if proposal == name else [line]

    def _unknown_place(self, progress: Progress) -> list[Requirement]:
        code = progress.unknown_postal_codes.get("place")
        if not code:
            return []
        return [
            self.problem(
                place_of_issue.UNKNOWN_PLACE,
                title="Lugar de expedición",
                text=f"El código postal {code} no está en el catálogo del SAT, y con un lugar de expedición "
                "que no conoce, rechaza las facturas.",
                brief=f"El lugar de expedición {code} no está en el catálogo del SAT.",
                action="Corregir el lugar de expedición",
            )
        ]

    def _unfit_regime(self, progress: Progress) -> list[Requirement]:
        """Its own page refuses such a one, but admin and an import may bring it."""
        company = progress.company
        if tax_regimes.may_issue(company.tax_regime, rfc.persona_of(company.rfc)):
            return []
        regime = tax_regimes.label(company.tax_regime)
        return [
            self.problem(
                "regimen",
                title="Régimen fiscal",
                text=f"Con el RFC {company.rfc} no se factura en el régimen {regime}: el SAT rechaza las "
                "facturas.",
                brief=f"Con el RFC {company.rfc} no se factura en el régimen {regime}.",
                action="Corregir el régimen fiscal",
            )
        ]

    def _refused(self, check: CheckResult) -> Requirement:
        return self.problem(
            f"prueba-{check.code}",
            title="Factura de prueba",
            text=f"El SAT rechazaría su factura: {check.message} {check.action}".strip(),
            brief=f"La factura de prueba se rechazó: {check.message}",
            action="Corregir los datos fiscales",
        )

    def instance(self, progress: Progress) -> Company:
        return progress.company

    def form_kwargs(self, progress: Progress) -> Context:
        """A company without telephone or lugar de expedición begins with what is known from elsewhere."""
        place = place_of_issue.proposed(progress) if self._has_addresses(progress) else ""
        return {"proposed": {"phone": progress.user.phone, "expedition_place": place}}

    def _has_addresses(self, progress: Progress) -> bool:
        return progress.facts.has_fiscal_address or progress.facts.has_issuing_address

    def context(self, visit: Visit) -> Context:
        """Where one gets a constancia."""
        return {"constancia_url": web_pages.CONSTANCIA}

    # --- what is doubtful

    def questions(self, progress: Progress) -> list[Doubt]:
        """The name as the SAT asks for it, or as other documents have it; the RFC; the place of issue."""
        names_in_doubt = self._name_question(progress) or self._other_names_question(progress)
        place = place_of_issue.question(progress) if self._has_addresses(progress) else []
        return [*names_in_doubt, *self._rfc_question(progress), *place]

    def _name_question(self, progress: Progress) -> list[Doubt]:
        """The SAT compares the name letter for letter, and refuses the invoice (CFDI40139)."""
        name, proposal = progress.company.name, self.proposed_name(progress)
        if proposal == name:
            return []
        return [
            Doubt(
                code=USE_NAME,
                about=(name, proposal),
                sentence=f"El SAT pide su nombre como «{proposal}», y está guardado como «{name}».",
                heading="El SAT lo pide sin régimen societario y en mayúsculas",
                facts=(("Como lo escribió", name), ("Como lo pide el SAT", proposal)),
                proposals=(Proposal(USE_NAME, "Usar este nombre"),),
                told_by=(OTHER_NAME,),
            )
        ]

    def _other_names_question(self, progress: Progress) -> list[Doubt]:
        name, others = progress.company.name, self.other_names(progress)
        if not others:
            return []
        said = " y ".join(f"{who} dice «{other}»" for who, other in others)
        different = list(dict.fromkeys(other for _, other in others))
        return [
            Doubt(
                code=OTHER_NAME,
                about=(name, *different),
                sentence=f"No se llama igual en todas partes: aquí es «{name}», y {said}.",
                heading="No se llama igual en todas partes",
                facts=(("Aquí", name), *others),
                proposals=tuple(
                    Proposal(f"{USE_NAME}-{number}", f"Usar «{other}»")
                    for number, other in enumerate(different)
                ),
            )
        ]

    def _rfc_question(self, progress: Progress) -> list[Doubt]:
        company = progress.company
        return [] if company.confirmed_rfc == company.rfc else self._odd_rfc(progress)

    def _odd_rfc(self, progress: Progress) -> list[Doubt]:
        """Real RFCs have unusual check digits, too; a certificate of the SAT ends the doubt."""
        company, csd = progress.company, progress.csd.active
        settled = rfc.parse(company.rfc).digit_agrees or (csd and csd.rfc == company.rfc)
        return [] if settled else [rfc_doubt(company.rfc)]

    def kept(self, progress: Progress) -> list[Doubt]:
        """Also an RFC that only the issuer vouched for; a constancia that has it ends the doubt."""
        doubts, states = self.questions(progress), progress.onboarding.doubts
        vouched = [it for it in self._odd_rfc(progress) if states.get(it.key) == KEPT and it not in doubts]
        return [*doubts, *vouched]

    def proposed_name(self, progress: Progress) -> str:
        """The company's name as the SAT asks for it."""
        return without_legal_form.propose(progress.company.name, rfc.persona_of(progress.company.rfc))

    def other_names(self, progress: Progress) -> list[tuple[str, str]]:
        """What the CSD and the Constancia call the company, where that differs: who, and the name.

        Certificates leave out accents and marks that the SAT's record has; that the CSD's check says.
        """
        company, csd = progress.company, progress.csd.active
        persona = rfc.persona_of(company.rfc)
        in_csd = csd.name if csd else ""
        known = [("Su constancia", company.csf_name)]
        if differences(company.name, in_csd, persona) is None:
            known.insert(0, ("Sus sellos digitales", in_csd))
        proposals = [(who, without_legal_form.propose(name, persona)) for who, name in known if name]
        return [(who, name) for who, name in proposals if name != self.proposed_name(progress)]

    # --- its buttons

    def amend(self, data: QueryDict, progress: Progress) -> QueryDict:
        """The buttons of the proposals: what each proposes takes the place of what was typed."""
        action, amended = data.get("accion", ""), data.copy()
        if action == place_of_issue.USE:
            amended[f"{self.slug}-expedition_place"] = place_of_issue.proposed(progress)
        elif action == USE_NAME:
            name, typed_rfc = f"{self.slug}-name", amended.get(f"{self.slug}-rfc", "")
            amended[name] = without_legal_form.propose(amended.get(name, ""), rfc.persona_of(typed_rfc))
        elif action.startswith(USE_NAME):
            for doubt in self._other_names_question(progress):
                asked = {proposal.action for proposal in doubt.proposals}
                if action in asked:
                    amended[f"{self.slug}-name"] = doubt.about[1 + int(action.removeprefix(f"{USE_NAME}-"))]
        return amended

    def is_whole(self, company: Company) -> bool:
        """Whether nothing is left to fill in."""
        stored = {name: getattr(company, name) for name in self.form_class.base_fields}
        return self.form_class(stored, instance=copy(company)).is_valid()

    def save(self, visit: Visit, form: FiscalDataForm) -> HttpResponse | None:
        """Saves; «Mi RFC es correcto» also vouches for an unusual check digit."""
        company = form.save()
        if visit.pressed == CONFIRM_RFC:
            company.confirm_rfc()
            onboarding = visit.progress.onboarding
            onboarding.doubts = {**onboarding.doubts, rfc_doubt(company.rfc).key: KEPT}
            onboarding.save(update_fields=["doubts"])
        return None

    def summary(self, progress: Progress) -> Summary:
        """The five data of every invoice."""
        company = progress.company
        return [
            ("Código", company.code),
            ("Nombre", company.name),
            ("RFC", company.rfc),
            ("Teléfono", company.phone),
            ("Lugar de expedición", company.expedition_place),
            ("Régimen fiscal", tax_regimes.label(company.tax_regime)),
        ]
