"""Looking at a page in one of its states: widths, sizes of text, both colour schemes, weight, Enter.

What is wrong is collected, not raised: one test sees every page, and its failure should name all of them.
"""

import gzip
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Locator, Page, Response, expect

from facturamos.unsaved import MARK
from tests.browser.walk import COLOURS, RULES, bring_axe

# Widths and heights: the smallest telephone, the usual one, a desk.
SCREENS = ((320, 640), (390, 844), (1280, 900))
PHONE, DESK = SCREENS[1], SCREENS[2]
SIZES = ("100%", "200%")
FIRST_VIEW = 60 * 1024
TEXT = "input:is([type=text],[type=email],[type=tel],[type=password],[type=date],[type=number])"
# The first form of the page itself, and its main button.
MAIN = "main form .actions > button:first-of-type"
RUN_AXE = """async ([context, options]) => {
    const { violations } = await axe.run(context, options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160))}`);
}"""
# What is wider than the screen, what is cut off, and what of the header overlaps or leaves the screen.
LAYOUT = """() => {
    const root = document.documentElement, width = root.clientWidth, faults = [];
    const said = (element) => element.outerHTML.slice(0, 90);
    const all = [...document.body.querySelectorAll("*")];
    if (root.scrollWidth > width) {
        const wide = all.filter((element) => element.getBoundingClientRect().right > width + 1);
        faults.push(`sideways ${root.scrollWidth}: ${wide.slice(-1).map(said)}`);
    }
    for (const element of all.filter((each) => each.matches("h1, h2, p, li, dd, a, button, label, span"))) {
        const style = getComputedStyle(element);
        const hides = ["hidden", "clip"].includes(style.overflowX) && style.clipPath === "none";
        if (hides && element.scrollWidth > element.clientWidth + 1) faults.push(`cut off: ${said(element)}`);
    }
    const boxes = [...document.querySelectorAll("header.top > *")].map((part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return range.getBoundingClientRect();
    });
    const meet = (one, other) =>
        one.left < other.right - 1 && other.left < one.right - 1 &&
        one.top < other.bottom - 1 && other.top < one.bottom - 1;
    boxes.forEach((one, index) => {
        if (one.left < 0 || one.right > width + 1) faults.push("the header leaves the screen");
        if (boxes.slice(index + 1).some((other) => meet(one, other))) faults.push("the header overlaps");
    });
    return faults;
}"""
RESIZE_TEXT = "size => { document.documentElement.style.fontSize = size }"
# From here on sending a form only notes which button sent it, and whether that is the main one.
CATCH_SUBMITS = """() => {
    window.sent = [];
    addEventListener("submit", (event) => {
        event.preventDefault();
        event.stopImmediatePropagation();
        const { target: form, submitter } = event;
        const saves = new FormData(form, submitter).get("accion") === "guardar";
        const main = form.id === "paso" ? saves : submitter === form.querySelector(".actions > button");
        sent.push(main ? "main" : `${submitter?.outerHTML.slice(0, 90)}`);
    }, { capture: true });
}"""
USABLE = "all => all.map((input) => input.checkVisibility() && !input.disabled)"
EMPTY = """all => all.filter((input) => input.checkVisibility() && !input.disabled).forEach((input) => {
    input.value = "";
    input.dispatchEvent(new Event("input", { bubbles: true }));
})"""
TOP = "element => element.getBoundingClientRect().top / innerHeight"
LOADED = "() => performance.getEntriesByType('resource').map(({ name }) => name)"


def sees_first(page: Page, what: str) -> None:
    """The summary has the focus and stands in the upper half of the screen.

    The focus is waited for: a page has its words before its deferred script has run.
    """
    summary = page.locator("[data-errors]")
    expect(summary, what).to_be_focused()
    assert 0 <= summary.evaluate(TOP) < 0.5, f"{what}: the summary is out of view"


def page_of(address: str) -> str:
    """The name of the page at an address; a step's slug where it is one."""
    match = resolve(urlsplit(address).path)
    return str(match.kwargs.get("step") or match.url_name)


@dataclass
class Inspector:
    """One browser page before the running product, and what was seen in it."""

    page: Page
    url: str
    shots: Path | None
    faults: list[str] = field(default_factory=list)
    # Pages and states; pages with something to fill in, with something to type; what asks again by itself;
    # fields tried.
    seen: set[tuple[str, str]] = field(default_factory=set)
    with_fields: set[str] = field(default_factory=set)
    with_text: set[str] = field(default_factory=set)
    # Pages whose form says whose it is: what is typed there outlives the session.
    with_mark: set[str] = field(default_factory=set)
    polled: set[str] = field(default_factory=set)
    fields_tried: int = 0
    _answer: Response | None = None
    _said: list[str] = field(default_factory=list)
    _weights: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page.on("response", self._note_answer)
        self.page.on("console", lambda line: self._said.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self._said.append(str(error)))
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _note_answer(self, response: Response) -> None:
        if response.request.is_navigation_request() or response.request.method == "POST":
            self._answer = response

    # --- going there

    def open(self, address: str, status: int = 0) -> None:
        """A page; another one may answer in its place, an error only where it is expected."""
        if "#" in address:
            self.page.goto("about:blank")  # else one that differs in its fragment only is not loaded
        response = self.page.goto(f"{self.url}{address}")
        assert response is not None
        assert response.status == status if status else response.status < 500, (address, response.status)

    def send(self, button: str = MAIN) -> None:
        """Presses the main button and waits for the answer."""
        with self.page.expect_response(lambda response: response.request.method == "POST"):
            self.page.locator(button).first.click()
        self.page.wait_for_load_state()

    def show(self, address: str, state: str, *, brief: bool = False) -> None:
        """Opens a page and looks at it, unless another page in this state was looked at in its place."""
        self.open(address)
        self.look(state, brief=brief)
        if state == "waiting":
            self.page.goto("about:blank")  # what it asks for would lead it on by itself meanwhile

    def show_failed(self, address: str, state: str, *, brief: bool = False) -> None:
        """Opens a page that something went wrong on meanwhile."""
        self.open(address)
        self.fails(state)
        self.look(state, brief=brief)

    def fields(self, form: str = "main") -> list[Locator]:
        """What one can type into, as the page stands; all of it, or of the first form of that kind."""
        inputs = self.page.locator(form).first.locator(TEXT)
        return [inputs.nth(index) for index, usable in enumerate(inputs.evaluate_all(USABLE)) if usable]

    def empty_fields(self) -> None:
        """As if somebody had deleted what stands in every field."""
        self.page.locator(f"main {TEXT}").evaluate_all(EMPTY)

    # --- looking

    def look(self, state: str, page: str = "", *, brief: bool = False) -> None:
        """Everything about what is shown now; `brief`: of a page whose words were judged in other states,
        where it is narrowest.
        """
        name = page or page_of(self.page.url)
        if (name, state) in self.seen:
            return
        # What stands around a page's own part is the same in all its states.
        known = any(name == page for page, _ in self.seen)
        self.seen.add((name, state))
        what = f"{name}, {state}"
        self._weigh(what)
        self._note_contents(name)
        self._measure(what, SCREENS[:1] if brief else SCREENS)
        if not brief:
            self._ask_axe(what, known=known)
            self._press_enter(what)
        self._complain(what, [line for line in self._said if "responded with a status of" not in line])
        self._said.clear()

    def fails(self, state: str) -> None:
        """Something was refused: it is told first, and in the title."""
        what = f"{page_of(self.page.url)}, {state}, {self.page.viewport_size}"
        try:
            sees_first(self.page, what)
        except AssertionError as error:
            self._complain(what, [str(error).splitlines()[0]])
        if not self.page.title().startswith("Error: "):
            self._complain(what, [f"the title is «{self.page.title()}»"])

    def _complain(self, what: str, faults: list[str]) -> None:
        self.faults += [f"{what}: {fault}" for fault in faults]

    def _weigh(self, what: str) -> None:
        """The first view: the page and all that it loaded by itself, packed as nginx would send it."""
        answer = self._answer
        assert answer is not None, what
        weight = len(gzip.compress(answer.body()))
        weight += sum(self._weight_of(address) for address in set(self.page.evaluate(LOADED)))
        if weight > FIRST_VIEW:
            self._complain(what, [f"the first view weighs {weight // 1024} KB"])

    def _weight_of(self, address: str) -> int:
        if "/estado/" in address:  # asked for later, again and again
            return 0
        if address not in self._weights:
            got = self.page.request.get(address)
            packed = got.headers.get("content-type", "").startswith(("text/", "image/svg", "application/"))
            self._weights[address] = len(gzip.compress(got.body()) if packed else got.body())
        return self._weights[address]

    def _note_contents(self, name: str) -> None:
        if self.page.locator(f"main {TEXT}, main input[type=file]").count():
            self.with_fields.add(name)
        if self.page.locator(f"main form:first-of-type [name={MARK}]").count():
            self.with_mark.add(name)
        for element in self.page.locator("[data-poll]").all():
            self.polled.add(page_of(str(element.get_attribute("data-poll"))))

    def _measure(self, what: str, screens: tuple[tuple[int, int], ...]) -> None:
        for width, height in screens:
            self.page.set_viewport_size({"width": width, "height": height})
            for size in SIZES:
                self.page.evaluate(RESIZE_TEXT, size)
                self._complain(f"{what}, {width} px, {size}", self.page.evaluate(LAYOUT))
            self.page.evaluate("() => document.documentElement.removeAttribute('style')")
            self._photograph(f"{what} {width}")

    def _photograph(self, what: str) -> None:
        if self.shots is None:
            return
        name = re.sub(r"\W+", "-", what)
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=self.shots / f"{name}-{scheme}.png", full_page=True)

    def _ask_axe(self, what: str, *, known: bool) -> None:
        """Of a page that was looked at before in another state only its own part, and in one scheme: what the
        dark one changes are the few colours that all states are made of.
        """
        self.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        bring_axe(self.page)
        self._complain(f"{what}, light", self.page.evaluate(RUN_AXE, ["main" if known else "html", RULES]))
        if not known:
            self.page.emulate_media(color_scheme="dark")
            self._complain(f"{what}, dark", self.page.evaluate(RUN_AXE, ["html", COLOURS]))
            self.page.emulate_media(color_scheme="light")

    def _press_enter(self, what: str) -> None:
        """Enter in each text field presses the main button. The page cannot be sent afterwards."""
        fields = self.fields()
        if not fields:
            return
        self.page.evaluate(CATCH_SUBMITS)
        for each in fields:
            each.press("Enter", no_wait_after=True)
            sent = self.page.evaluate("() => sent.splice(0)")
            self.fields_tried += 1
            if sent != ["main"]:
                self._complain(what, [f"Enter in {each.get_attribute('name')} pressed {sent}"])
