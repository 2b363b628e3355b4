"""How a page's first view goes on a slow telephone: nothing cached, a quarter of the processor, 1.6 Mbit/s.

What the browser itself says: when the largest thing was there (LCP), how far things moved (CLS), how long the
slowest answer to a tap or a key took (INP), and what came over the line.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Page

from companies.models import PrivacyNotice, User
from onboarding.models import Onboarding
from onboarding.steps import STEPS
from tests.stack import Stack

SETTINGS = "tests.packed_settings"
HEADINGS = f"{'first view of':24}{'LCP':>11}{'CLS':>8}{'INP':>11}{'came':>11}"
TELEPHONE = {"width": 390, "height": 844}
SLOWER = 4
LATENCY_MS = 150
BYTES_A_SECOND = 1_600_000 / 8
# After the page has loaded: what comes late would move what is there.
SETTLED_MS = 700
# What an issuer meets on the way, by its name and address; the first ones before signing in.
OUTSIDE = {"inicio": "/", "entrar": "/entrar/"}
STEP_PAGES = {step.slug: f"/configuracion/{step.slug}/" for step in STEPS}
INSIDE = {"configuracion": "/configuracion/", **STEP_PAGES}
AFTERWARDS = {"panel": "/panel/"}
OBSERVE = """
window.seen = { lcp: 0, cls: 0, inp: 0, touched: false };
const observe = (type, note, more) => new PerformanceObserver((list) => list.getEntries().forEach(note))
  .observe({ type, buffered: true, ...more });
observe("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
observe("layout-shift", (entry) => {
  if (!seen.touched || !entry.hadRecentInput) seen.cls += entry.value;
});
observe("event", (entry) => { if (entry.interactionId) seen.inp = Math.max(seen.inp, entry.duration); },
  { durationThreshold: 16 });
"""
# Two frames later what the last tap did is drawn and noted.
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"""


@dataclass(frozen=True)
class FirstView:
    """One page: milliseconds, the sum of its shifts, kilobytes that came."""

    name: str
    lcp_ms: float
    cls: float
    inp_ms: float
    kilobytes: float

    def __str__(self) -> str:
        return (
            f"{self.name:24}{self.lcp_ms:8.0f} ms{self.cls:8.3f}{self.inp_ms:8.0f} ms{self.kilobytes:8.1f} KB"
        )


@contextmanager
def packed_site(folder: Path) -> Iterator[Stack]:
    """A web server whose static files come packed, as in production."""
    stack = Stack(folder, more={"STATIC_ROOT": str(folder / "static"), "DJANGO_SETTINGS_MODULE": SETTINGS})
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, env=stack.environment, check=True)  # noqa: S603
    try:
        stack.start_web()
        yield stack
    finally:
        stack.stop()


def cookie_of(user: User, url: str) -> dict[str, str]:
    """Somebody signed in, who has accepted the notice."""
    client = Client()
    client.force_login(user, backend="companies.accounts.auth.Backend")
    return {"name": "sesion", "value": client.cookies["sesion"].value, "url": url}


def accept_notice(user: User) -> None:
    """What the pages after the second ask for."""
    notice = PrivacyNotice.objects.in_force() or PrivacyNotice(version="1", text="Cuidamos sus datos. " * 200)
    if notice.pk is None:
        notice.publish()
    assert user.company is not None
    notice.accept(user.company, user, "127.0.0.1", "")


def finish(user: User) -> None:
    """All steps done, as the panel has it."""
    now = timezone.now()
    Onboarding.objects.filter(company=user.company).update(finished_at=now, finished_by=user)


def first_views(browser: Browser, url: str, user: User, *, throttled: bool = True) -> Iterator[FirstView]:
    """Every page that an issuer sees for the first time, each in a browser that knows nothing."""
    for name, path in OUTSIDE.items():
        yield first_view(browser, name, f"{url}{path}", [], throttled=throttled)
    cookies = [cookie_of(user, url)]
    accept_notice(user)
    for name, path in INSIDE.items():
        yield first_view(browser, name, f"{url}{path}", cookies, throttled=throttled)
    finish(user)
    for name, path in AFTERWARDS.items():
        yield first_view(browser, name, f"{url}{path}", cookies, throttled=throttled)


def first_view(
    browser: Browser, name: str, address: str, cookies: list[dict[str, str]], *, throttled: bool = True
) -> FirstView:
    """One page, opened, tapped and typed into."""
    context = browser.new_context(viewport=TELEPHONE, has_touch=True, is_mobile=True, locale="es-MX")  # type: ignore[arg-type]
    try:
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        page.add_init_script(OBSERVE)
        session = context.new_cdp_session(page)
        came = _count(session)
        if throttled:
            _slow_down(session)
        page.goto(address, wait_until="load")
        assert page.url == address, (name, page.url)
        page.wait_for_timeout(SETTLED_MS)
        lcp = page.evaluate("() => window.seen.lcp")
        # To its end, and to what comes only then.
        page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        page.wait_for_load_state("networkidle")
        kilobytes = sum(came) / 1000
        page.evaluate("() => { window.seen.touched = true; }")
        _touch(page)
        seen = page.evaluate("() => window.seen")
    finally:
        context.close()
    return FirstView(name, lcp, round(seen["cls"], 4), seen["inp"], round(kilobytes, 1))


def _count(session: CDPSession) -> list[float]:
    """What comes over the line from now on, in bytes, heads and all."""
    came: list[float] = []
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: came.append(event["encodedDataLength"]))
    return came


def _slow_down(session: CDPSession) -> None:
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    conditions = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": BYTES_A_SECOND}
    session.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": BYTES_A_SECOND / 2})


def _touch(page: Page) -> None:
    """A tap where nothing is, letters in the first field, what opens and is chosen: none leaves the page."""
    page.locator("h1").first.tap()
    for selector in ("summary", "main input[type=checkbox]", "main input[type=radio]"):
        found = page.locator(f"{selector}:visible")
        if found.count():
            found.first.tap()
    texts = page.locator("main input:is([type=text],[type=tel],[type=email]):visible")
    if texts.count():
        texts.first.press_sequentially("Ñ1")
    page.evaluate(DRAWN)
