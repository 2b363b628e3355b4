// Every page works without this file; it makes waiting, typing and seeing easier.
// Hooks are data attributes: data-poll, data-outcome, data-reveal, data-once, data-typed, data-errors, data-preview,
// data-sample, data-place, data-refreshes, data-then.

const POLL_MS = 1000;
const POLL_FAILURES = 5;
// A form may be sent again after this long: a download leaves the page where it was.
const ONCE_MS = 5000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const visible = () =>
  document.hidden
    ? new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }))
    : undefined;

const online = () =>
  navigator.onLine
    ? undefined
    : new Promise((resolve) => addEventListener("online", resolve, { once: true }));

/** Whether something was typed on the page that is not sent yet. */
const unsent = () => document.querySelector("form[data-dirty]:not([data-sent])") !== null;

let left = -Infinity;

/** Whether a form was just sent, or a link followed, whose answer is not here yet: a reload would take it back. */
const leaving = () =>
  performance.now() - left < ONCE_MS || document.querySelector("form[data-sent]") !== null;

/** The page anew, from its top: an address with a fragment would lead past what is new. */
function reload() {
  sessionStorage.setItem("outcome", "");
  location.replace(location.pathname + location.search);
}

async function fetched(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" }, cache: "no-store" });
  // Sent to the sign-in page: the session is over, and the whole page should say so.
  if (response.redirected) location.reload();
  if (!response.ok) throw new Error(response.statusText);
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  return template.content.firstElementChild;
}

/**
 * Replaces the element with the fragment at its data-poll, until the fragment asks for no more.
 * With data-poll-reload the last news is the whole page: its form, title and list of steps change too.
 */
async function poll(element) {
  let failures = 0;
  // One that has been replaced by others' hands has somebody else to ask.
  while (element?.isConnected && element.dataset.poll) {
    await pause((Number(element.dataset.pollMs) || POLL_MS) * (failures + 1));
    await visible();
    await online();
    try {
      const next = await fetched(element.dataset.poll);
      failures = 0;
      // The same news again would be read aloud again; and what was just pressed brings its own.
      if (next.outerHTML === element.outerHTML || leaving()) continue;
      if (!next.dataset.poll && "pollReload" in element.dataset) {
        // A form that was filled in meanwhile stays; then the news stands in its own place only.
        if (!unsent()) return reload();
      }
      element.replaceWith(next);
      element = next;
    } catch {
      failures += 1;
      if (failures === POLL_FAILURES)
        for (const way of element.querySelectorAll(".without-script")) way.classList.remove("without-script");
      // From now on rarely, or as soon as the network is back.
      failures = Math.min(failures, 10);
    }
  }
}

/** Shows or hides what is typed in a password field. */
function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
}

/** Says that the page was sent, on the button that sent it, until the answer or until the time is over. */
function busy(form, submitter) {
  const main = submitter?.classList.contains("default") ? form.querySelector(".actions > button") : submitter;
  if (!main) return;
  const label = [...main.childNodes];
  form.setAttribute("aria-busy", "true");
  main.setAttribute("aria-disabled", "true");
  main.textContent = "Enviando…";
  form.idle = () => {
    form.removeAttribute("aria-busy");
    main.removeAttribute("aria-disabled");
    main.replaceChildren(...label);
    delete form.idle;
  };
}

/** What a download changed on the page that stays: the element of that id, from the page as it is now. */
async function refresh(id) {
  await pause(POLL_MS);
  const now = await fetch(location.href, { cache: "no-store" }).then((response) => response.text());
  const found = new DOMParser().parseFromString(now, "text/html").getElementById(id);
  if (!found) return;
  document.getElementById(id).replaceWith(found);
  poll(found);
}

// A file beside this one changed something, too.
document.addEventListener("changed", ({ detail }) => refresh(detail));

/** Swallows the second click of a double click; another button of the form still counts. */
function once(event) {
  const { dataset } = event.target;
  const pressed = event.submitter?.value ?? "";
  if (dataset.sent === pressed) return event.preventDefault();
  // What was shown is sent as a password again, so that the browser does not offer it as text.
  event.target.querySelectorAll("[data-reveal]").forEach((button) => {
    if (document.getElementById(button.dataset.reveal).type === "text") reveal(button);
  });
  dataset.sent = pressed;
  const form = event.target;
  if (form.method === "post") {
    busy(form, event.submitter);
    // A worker may be done before the page is back: then nothing is waited for, and the news stand there at once.
    sessionStorage.setItem("outcome", event.submitter?.dataset.then ?? "");
  }
  if ("typed" in dataset && filesOf(form).some(({ files }) => files.length)) {
    event.preventDefault();
    return sendFiles(form, event.submitter);
  }
  const changed = event.submitter?.dataset.refreshes;
  if (changed) refresh(changed);
  setTimeout(() => again(form), ONCE_MS);
}

const filesOf = (root) => [...root.querySelectorAll("input[type=file]")];

/**
 * Sends a page with chosen files without leaving it: a browser empties file fields, so that a page which
 * comes back with an error elsewhere would ask for the files again.
 */
async function sendFiles(form, submitter) {
  let response, text;
  try {
    response = await fetch(form.action, { method: "post", body: new FormData(form, submitter) });
    text = response.redirected ? "" : await response.text();
  } catch {
    again(form);
    form.querySelector("[data-offline]").hidden = false;
    return;
  }
  delete form.dataset.dirty;
  if (response.redirected) {
    return location.assign(response.url);
  }
  const answer = new DOMParser().parseFromString(text, "text/html");
  const page = answer.querySelector(".page");
  document.title = answer.title;
  document.querySelector(".page").replaceWith(page);
  begin(page);
  for (const field of filesOf(page)) {
    const chosen = form.elements[field.name]?.files;
    if (!chosen?.length || field.getAttribute("aria-invalid")) continue;
    field.files = chosen;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  page.querySelector("[data-errors], h1")?.focus();
}

/** A form that may be sent again. */
function again(form) {
  delete form.dataset.sent;
  form.idle?.();
}

/** Shows the picture that was chosen, before it is sent. */
function preview(image) {
  const input = document.getElementById(image.dataset.preview);
  input?.addEventListener("change", () => {
    const [file] = input.files;
    image.hidden = true;
    if (!file?.type.startsWith("image/")) return;
    // A data: address, since the page's policy allows no blob:.
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      image.src = reader.result;
      image.hidden = false;
    });
    reader.readAsDataURL(file);
  });
}

/**
 * Fills in what a postal code decides and offers its colonias. Only what nobody has typed is replaced:
 * a field that is empty, as the page brought it, or as a former postal code filled it.
 */
async function place(input) {
  const code = input.value.normalize("NFKC").replace(/\D/g, "");
  if (code.length !== 5 || code === input.dataset.asked) return;
  input.dataset.asked = code;
  const field = (name) => input.form.elements[input.name.replace("postal_code", name)];
  const says = input.form.querySelector("[data-place-says]");
  let found, refused;
  try {
    const response = await fetch(input.dataset.place.replace("00000", code), { cache: "no-store" });
    refused = response.redirected || response.status === 429;
    found = response.redirected ? {} : await response.json();
  } catch {
    // Typing goes on without us; the same code is asked for again when the network is back.
    if (input.dataset.asked === code) delete input.dataset.asked;
    input.dataset.failed = code;
    return;
  }
  delete input.dataset.failed;
  if (input.dataset.asked !== code) return;
  says.textContent = found.says ?? "";
  if (refused) {
    // Signed out, or too many at once: not an answer for good.
    delete input.dataset.asked;
    return;
  }
  const lookedUp = field("looked_up");
  for (const name of ["state", "municipality", "locality"]) {
    const target = field(name);
    const filled = target.value === (target.dataset.filled ?? lookedUp.dataset[name]);
    const replaced = filled || (found[name] && ["", target.defaultValue].includes(target.value));
    // Not under the hands of who is typing there just now.
    if (replaced && target !== document.activeElement)
      target.value = target.dataset.filled = found[name] ?? "";
  }
  // Of a code that nobody knows, nothing came.
  lookedUp.value = found.state ? code : "";
  offer(field("neighborhood"), found.neighborhoods ?? []);
  if (found.state) says.textContent = `${[found.municipality, found.state].filter(Boolean).join(", ")}.`;
}

const listOf = (colonia) => colonia.form.elements[`${colonia.name}_choice`];

/** The colonias of a postal code: a list where there are several. One of a former code's goes with that. */
function offer(colonia, choices) {
  const list = listOf(colonia);
  const former = [colonia.dataset.filled, ...[...list.options].slice(1, -1).map(({ value }) => value)];
  if (former.includes(colonia.value) && !choices.includes(colonia.value)) colonia.value = "";
  [...list.options].slice(1, -1).forEach((option) => option.remove());
  for (const name of choices) list.add(new Option(name, name), list.options.length - 1);
  list.hidden = list.disabled = choices.length < 2;
  if (choices.length === 1 && !colonia.value && colonia !== document.activeElement)
    colonia.value = colonia.dataset.filled = choices[0];
  match(colonia);
}

/** The list shows what the field says. */
function match(colonia) {
  const list = listOf(colonia);
  const other = list.options.length - 1;
  const found = [...list.options].findIndex(({ value }) => value === colonia.value);
  list.selectedIndex = found < 0 ? other : found;
}

document.addEventListener("input", ({ target }) => {
  if (target.dataset?.place) place(target);
  if (target.form?.elements[`${target.name}_choice`]) match(target);
});
document.addEventListener("change", ({ target }) => {
  if (!("neighborhoods" in target.dataset)) return;
  const colonia = target.form.elements[target.name.replace(/_choice$/, "")];
  const other = target.selectedIndex === target.options.length - 1;
  colonia.value = other ? "" : target.value;
  if (other) colonia.focus();
});
/** The sample follows the position and the document that are chosen, before they are saved. */
function sample(choice) {
  choice.addEventListener("change", ({ target }) => {
    const what = choice.dataset.sampleSets;
    const said = (target.selectedOptions ?? target.labels)[0].textContent.trim();
    document.querySelectorAll("[data-sample]").forEach((shown) => {
      const attribute = shown.href ? "href" : "src";
      const url = new URL(shown[attribute]);
      url.searchParams.set(what, target.value);
      shown[attribute] = url;
      shown.dataset[what] = said;
      if (shown.alt)
        shown.alt = shown.dataset.alt.replace(/{(documento|posicion)}/g, (_, name) => shown.dataset[name]);
    });
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (button) reveal(button);
});
/** Takes up a page, or what has come in its place. */
function begin(root) {
  for (const form of root.querySelectorAll("form[data-once]")) form.addEventListener("submit", once);
  // What was typed is not lost without a word on «Volver» or any other way out.
  for (const form of root.querySelectorAll("form[data-typed]"))
    for (const kind of ["input", "change"])
      form.addEventListener(kind, () => {
        form.dataset.dirty = "";
      });
  root.querySelectorAll("[data-poll]").forEach(poll);
  root.querySelectorAll("[data-preview]").forEach(preview);
  root.querySelectorAll("[data-sample-sets]").forEach(sample);
  // The files beside this one take up what is theirs.
  document.dispatchEvent(new CustomEvent("page", { detail: root }));
}
begin(document);
addEventListener("online", () => document.querySelectorAll("[data-place][data-failed]").forEach(place));

addEventListener("beforeunload", (event) => {
  left = performance.now();
  if (unsent()) event.preventDefault();
});

// The summary of what is wrong; after a wait, where the news begins.
const waited = sessionStorage.getItem("outcome");
sessionStorage.removeItem("outcome");
const stays = document.referrer !== "" && new URL(document.referrer).pathname === location.pathname;
const news =
  waited === null || !stays
    ? null
    : waited
      ? document.getElementById(waited)
      : document.querySelector("[data-outcome]");
const errors = document.querySelector("[data-errors]");
// It stands first, or nearly; a focus that autofocus has given already would not scroll back to it.
if (errors) {
  scrollTo(0, 0);
  if (errors.getBoundingClientRect().top > innerHeight / 2) errors.scrollIntoView();
} else news?.scrollIntoView();
(errors ?? news)?.focus();
// A page that comes back with the browser's "back" may be sent again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(again));
