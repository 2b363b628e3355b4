// Every page works without this file; it makes waiting, typing and seeing easier.
// Hooks are data attributes: data-poll, data-reveal, data-once, data-errors, data-preview, data-sample, data-place.

const POLL_MS = 1000;
const POLL_FAILURES = 5;
// A form may be sent again after this long: a download leaves the page where it was.
const ONCE_MS = 5000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const visible = () =>
  document.hidden
    ? new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }))
    : undefined;

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
  while (element?.dataset.poll) {
    await pause((Number(element.dataset.pollMs) || POLL_MS) * (failures + 1));
    await visible();
    try {
      const next = await fetched(element.dataset.poll);
      failures = 0;
      // The same news again would be read aloud again.
      if (next.outerHTML === element.outerHTML) continue;
      if (!next.dataset.poll && "pollReload" in element.dataset) return location.reload();
      element.replaceWith(next);
      element = next;
    } catch {
      failures += 1;
      if (failures === POLL_FAILURES) {
        element.querySelectorAll(".without-script").forEach((way) => way.classList.remove("without-script"));
        return;
      }
    }
  }
}

/** Shows or hides what is typed in a password field. */
function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.textContent = shown ? "Mostrar" : "Ocultar";
}

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
  setTimeout(() => delete dataset.sent, ONCE_MS);
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
  const code = input.value.trim();
  if (!/^\d{5}$/.test(code) || code === input.dataset.asked) return;
  input.dataset.asked = code;
  const field = (name) => input.form.elements[input.name.replace("postal_code", name)];
  const says = input.form.querySelector("[data-place-says]");
  let found;
  try {
    const response = await fetch(input.dataset.place.replace("00000", code), { cache: "no-store" });
    found = response.redirected ? {} : await response.json();
  } catch {
    return; // typing goes on without us
  }
  if (input.dataset.asked !== code) return;
  says.textContent = found.says ?? "";
  for (const name of ["state", "municipality", "locality"]) {
    const target = field(name);
    const filled = target.value === target.dataset.filled;
    const replaced = found[name] ? filled || ["", target.defaultValue].includes(target.value) : filled && found.state;
    // Not under the hands of who is typing there just now.
    if (replaced && target !== document.activeElement) target.value = target.dataset.filled = found[name] ?? "";
  }
  const colonia = field("neighborhood");
  const offered = found.neighborhoods ?? [];
  colonia.list.replaceChildren(...offered.map((name) => new Option(name, name)));
  if (offered.length === 1 && !colonia.value && colonia !== document.activeElement) colonia.value = offered[0];
  if (found.state) says.textContent = `${[found.municipality, found.state].filter(Boolean).join(", ")}.`;
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.place) place(event.target);
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
      if (shown.alt) shown.alt = shown.dataset.alt.replace(/{(documento|posicion)}/g, (_, name) => shown.dataset[name]);
    });
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (button) reveal(button);
});
document.querySelectorAll("form[data-once]").forEach((form) => form.addEventListener("submit", once));
document.querySelectorAll("[data-poll]").forEach(poll);
document.querySelectorAll("[data-preview]").forEach(preview);
document.querySelectorAll("[data-sample-sets]").forEach(sample);
document.querySelector("[data-errors]")?.focus();
// A page that comes back with the browser's "back" may be sent again.
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});
