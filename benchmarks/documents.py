"""How long the sample invoice, the manual and the logo pipeline take; each round is another company's.

The sample as SVG is timed as its page asks for it: every company looks at the three positions, one after
another. What its first look takes is told, too.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from PIL import Image

from benchmarks.figures import Figure, median, sized
from companies.documents import (
    SampleInvoice,
    manifest_manual_pdf,
    manual_for,
    sample_for,
    sample_invoice_pdf,
    sample_invoice_svg,
)
from companies.documents.light_svg import lightened
from companies.documents.sample import Entry, Party
from companies.logo.preparing import prepare_logo
from companies.models import Address, Company, DocumentType, Logo
from tests.conftest import make_distributor, make_issuer

ROUNDS = sized(40, 2)
POSITIONS = ("left", "center", "right")


def run() -> Iterator[Figure]:
    """Yields the p50 of each, in milliseconds, beside its mark."""
    call_command("migrate", verbosity=0)
    qualities = range(30, 30 + sized(11, 2))
    for name, size in (("small", (600, 240)), ("12mp", (4000, 3000))):
        yield figure(f"logo_{name}", prepare_logo, [photo(size, quality) for quality in qualities])
    with transaction.atomic():
        company = told_company()
        invoice = sample_for(company, position="left", kind="invoice")
        companies = [other(invoice, number) for number in range(3 * ROUNDS)]
        visits = [later(each, look) for each in companies[:ROUNDS] for look in range(len(POSITIONS))]
        manuals = [replace(manual_for(company), company=f"EMPRESA {number}") for number in range(ROUNDS)]
        transaction.set_rollback(True)
    yield figure("sample_svg", sample_invoice_svg, visits, mark_ms=12)
    yield figure("sample_svg_first_look", sample_invoice_svg, companies[ROUNDS : 2 * ROUNDS], mark_ms=15)
    yield figure("sample_pdf", sample_invoice_pdf, companies[2 * ROUNDS :], mark_ms=15)
    pictures = [sample_invoice_svg(each) for each in companies[: sized(12, 2)]]
    yield figure("sample_svg_made_light", lightened, pictures)
    yield figure("manual_pdf", manifest_manual_pdf, manuals)


def figure[T](
    name: str, draw: Callable[[T], object], subjects: list[T], mark_ms: int | None = None
) -> Figure:
    """The median over the subjects but the first, which warms up; wall clock and our own processor time."""
    walls: list[float] = []
    cpus: list[float] = []
    for subject in subjects:
        wall, cpu = time.perf_counter(), time.process_time()
        draw(subject)
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    # All else is a helper's work.
    cpu_ms = median(cpus[1:]) if draw is lightened else None
    return Figure(name, median(walls[1:]), "ms", at_most=mark_ms, cpu_ms=cpu_ms)


def photo(size: tuple[int, int], quality: int) -> bytes:
    """A JPEG with texture, which costs what a photographed logo costs."""
    noise = Image.effect_noise((size[0] // 8, size[1] // 8), 60).resize(size)
    turned = noise.transpose(Image.Transpose.ROTATE_180)
    out = BytesIO()
    Image.merge("RGB", [noise, turned, noise]).save(out, "JPEG", quality=quality)
    return out.getvalue()


def told_company() -> Company:
    """A company with both addresses, a logo and a document."""
    user = make_issuer(
        make_distributor("Distribuidora"), name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="muestras"
    )
    company = user.company
    assert company is not None
    Company.objects.filter(pk=company.pk).update(tax_regime="601", expedition_place="37000")
    company.refresh_from_db()
    for kind in Address.Kind:
        Address.objects.create(
            company=company,
            kind=kind,
            street="AVENIDA INSURGENTES NORTE",
            exterior_number=f"{len(kind)}",
            neighborhood="JARDINES DEL MORAL",
            postal_code="37160",
            municipality="LEÓN",
            state="GUANAJUATO",
        )
    DocumentType.objects.create(company=company, kind="invoice", series="A", first_folio=101)
    prepared = prepare_logo(photo((600, 240), 60))
    logo = Logo(company=company, source_sha256="0" * 64, width=prepared.width, height=prepared.height)
    logo.image.save("logo.jpg", ContentFile(prepared.jpeg), save=False)
    logo.save()
    return company


def other(invoice: SampleInvoice, number: int) -> SampleInvoice:
    """Another company's: typst and the QR remember what they have drawn before.

    Its name, RFC, addresses and folio differ; the customer and the concepts are everybody's, as on the site.
    """
    return replace(
        invoice,
        issuer=Party(f"EMPRESA {number}", others(invoice.issuer.entries, number)),
        document=others(invoice.document, number),
        verification_url=f"{invoice.verification_url}&n={number}",
    )


def later(invoice: SampleInvoice, look: int) -> SampleInvoice:
    """The same company's next look, with the next position of its logo: the dates are others, too."""
    *seals, cadena = invoice.fine_print
    return replace(
        invoice,
        position=POSITIONS[look],
        document=others(invoice.document, look),
        stamp=others(invoice.stamp, look),
        fine_print=(*seals, replace(cadena, text=f"{cadena.text}{look}")),
    )


def others(entries: tuple[Entry, ...], number: int) -> tuple[Entry, ...]:
    """The same entries with other values."""
    return tuple(replace(entry, text=f"{entry.text} {number}") for entry in entries)
