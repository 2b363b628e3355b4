"""From the credentials mail to the panel, in a real browser, with a real CSD pair."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from certificates.models import Csd
from companies.models import Company, Distributor, PrivacyNotice
from onboarding.account_opening import open_account
from onboarding.models import Onboarding
from tests.authority import known_ca
from tests.browser.walk import Uploads, Walk
from tests.onboarding.answers import jpeg
from tests.stack import Stack, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

SAT = Path(__file__).resolve().parents[3] / "shared" / "data" / "sat"
# The server's processes live in the real time, in which the pair is valid until then.
PAIR_ENDS = datetime(2027, 5, 18, tzinfo=UTC)
SIZES = {"ancho": (1280, 900), "angosto": (390, 844)}


def credentials(stack: Stack, address: str) -> tuple[str, str]:
    """User name and temporary password, as the mail tells them."""

    def mail() -> str:
        found = [mail for mail in stack.mails() if address in str(mail["To"])]
        return found[-1].get_body(("plain",)).get_content() if found else ""  # type: ignore[union-attr]

    text = wait_for(mail)
    username = re.search(r"Usuario: +(\S+)", text)
    password = re.search(r"Contraseña[^:\n]*: +(\S+)", text)
    assert username, text
    assert password, text
    return username[1], password[1]


def make_account(name: str, rfc: str, email: str) -> Company:
    """What a distributor does before the issuer comes."""
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    distributor = Distributor.objects.create(name="Distribuidora del Bajío")
    user = open_account(distributor=distributor, name=name, rfc=rfc, full_name="Íñigo Peña", email=email)
    assert user.company is not None
    return user.company


def make_uploads(folder: Path, rfc: str, name: str) -> Uploads:
    """A CSD pair of a look-alike CA and a logo, as files."""
    pair = known_ca().issue(rfc=rfc, name=name)
    uploads = Uploads(folder / "CSD_Ñ.cer", folder / "CSD_Ñ.key", pair.password.decode(), folder / "logo.jpg")
    uploads.certificate.write_bytes(pair.certificate)
    uploads.key.write_bytes(pair.key)
    uploads.logo.write_bytes(jpeg())
    return uploads


def walk_all(walk: Walk, uploads: Uploads, stack: Stack, email: str) -> None:
    """All twelve steps."""
    walk.sign_in(*credentials(stack, email))
    walk.accept_the_notice()
    assert walk.get_the_manual().startswith(b"%PDF-")
    walk.fill_in_the_company()
    walk.replace_the_password()
    walk.show_the_logo(uploads)
    walk.load_the_csd(uploads)
    walk.skip_the_mailbox()
    walk.choose_the_documents()
    walk.try_invoice()
    walk.finish()


def assert_finished(company: Company) -> None:
    assert Onboarding.objects.get(company=company).finished_at is not None
    csd = Csd.objects.get(company=company)
    assert (csd.state, csd.rfc) == ("active", company.rfc)


@pytest.mark.parametrize("size", SIZES)
def test_the_twelve_steps_with_a_pair_of_the_demo_kind(
    stack: Stack, context: BrowserContext, console: list[str], shots: Path | None, tmp_path: Path, size: str
) -> None:
    email = f"panaderia.{size}@example.com"
    company = make_account("PANADERÍA LA ÑAPA", "PNA190312AB1", email)
    page = context.new_page()
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))  # type: ignore[arg-type]

    walk_all(
        Walk(page, stack.url, shots, size),
        make_uploads(tmp_path, company.rfc, company.name),
        stack,
        email,
    )

    assert_finished(company)


def test_the_twelve_steps_without_javascript(
    stack: Stack, browser: Browser, shots: Path | None, tmp_path: Path
) -> None:
    email = "sin.javascript@example.com"
    company = make_account("PANADERÍA LA ÑAPA", "PNA190312AB1", email)
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}, accept_downloads=True
    )
    page: Page = context.new_page()

    walk_all(
        WithoutScript(page, stack.url, shots, "sin-script"),
        make_uploads(tmp_path, company.rfc, company.name),
        stack,
        email,
    )

    context.close()
    assert_finished(company)


class WithoutScript(Walk):
    """axe needs JavaScript in the page; what it looks at was looked at with it."""

    def look(self, what: str) -> None:
        if self.shots:
            picture = self.shots / f"{self.name}-{len(self.looked):02d}-{what}.png"
            self.page.screenshot(path=picture, full_page=True)
        self.looked.append(what)

    def show_the_logo(self, uploads: Uploads) -> None:
        self.page.get_by_label("Imagen (JPG)", exact=True).set_input_files(uploads.logo)
        self.press("Ver en la factura")
        expect(self.page.locator("img[src*='factura.svg']")).to_have_count(1)
        self.save("sellos")


@pytest.mark.skipif(not SAT.exists(), reason="the SAT's public test pairs are not here")
@pytest.mark.skipif(datetime.now(UTC) > PAIR_ENDS, reason="the SAT's test pair has expired")
def test_the_twelve_steps_with_the_sats_own_pair(
    stack: Stack, context: BrowserContext, console: list[str], shots: Path | None, tmp_path: Path
) -> None:
    email = "kemper@example.com"
    company = make_account("ESCUELA KEMPER URGATE", "EKU9003173C9", email)
    uploads = Uploads(
        SAT / "csd-EKU9003173C9.cer", SAT / "csd-EKU9003173C9.key", "12345678a", tmp_path / "l.jpg"
    )
    uploads.logo.write_bytes(jpeg())
    page = context.new_page()

    walk_all(Walk(page, stack.url, shots, "sat"), uploads, stack, email)

    assert_finished(company)
