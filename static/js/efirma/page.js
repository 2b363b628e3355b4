// Open the e.firma, read what is signed, sign it. Only the certificate and the signatures are sent.

import { must, Refusal } from "./der.js";
import { chosenCertificate, chosenKey } from "./files.js";
import { openKey } from "./key.js";
import { clock, holder, sentence } from "./sentences.js";

const fromBase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const asText = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
const words = (text) => text.replace(/\s+/g, " ").trim();

async function post(url, body) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refusal("page", "offline");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal("page", "said", answer);
  return answer;
}

/** What is signed is what is shown: the text, or what carries its digest. Throws Refusal. */
async function readable({ title, text, signed, digest_of: digested }, algorithm) {
  try {
    const bytes = fromBase64(signed);
    let exact = asText(bytes);
    if (digested) {
      const document = fromBase64(digested);
      const digest = toBase64(new Uint8Array(await crypto.subtle.digest(algorithm, document)));
      const said = asText(document);
      const xml = said.startsWith("<") && new DOMParser().parseFromString(said, "text/xml");
      must(
        words(xml ? xml.documentElement.textContent : said) === words(text) &&
          exact.split(digest).length === 2,
      );
      // SignedInfo's only one.
      must([undefined, 2].includes(exact.match(/DigestValue\b/g)?.length));
      // RFC and date, too.
      if (xml) exact += `\n${said}`;
    } else must(text.includes(exact));
    return { title, text, bytes, exact };
  } catch {
    throw new Refusal("page", "not_shown");
  }
}

function element(tag, text, ...inside) {
  const made = document.createElement(tag);
  made.append(text, ...inside);
  if (tag === "div") made.className = "letter";
  return made;
}

const shown = ({ title, text, exact }) => [
  element("h3", title),
  element("div", text),
  element("details", element("summary", "Lo que se firma, letra por letra"), element("div", exact)),
];

export function start(section) {
  const part = (name) => section.querySelector(`[data-efirma-${name}]`);
  const field = (name) => section.querySelector(`[data-efirma-field="${name}"]`);
  const { rfc, prepare, sign } = section.dataset;
  // The server's clock: that of a computer may be years off.
  const now = () => Number(section.dataset.now) + performance.now();
  const readers = {
    certificate: () => chosenCertificate(field("certificate").files[0], rfc, now()),
    key: () => chosenKey(field("key").files[0]),
  };
  let efirma, prepared, working;

  function tell(name, text = "") {
    const box = field(name).closest(".field");
    const error = box.querySelector(".error");
    error.textContent = text;
    error.hidden = !text;
    box.classList.toggle("bad", text);
    field(name).ariaInvalid = text ? "true" : null;
  }

  /** The summary, with the focus; the same sentences beside their fields. */
  function refuse(refusals) {
    const lines = refusals.map((refusal) => {
      const text = sentence(refusal);
      if (refusal.field === "page") return element("li", text);
      tell(refusal.field, text);
      const link = element("a", text);
      link.href = `#${field(refusal.field).id}`;
      return element("li", link);
    });
    part("faults")
      .querySelector("ul")
      .replaceChildren(...lines);
    part("faults").hidden = !lines.length;
    if (lines.length) part("faults").focus();
  }

  /** One thing at a time. */
  async function doing(form, text, work) {
    if (working) return;
    working = form.querySelector(".actions > button");
    working.ariaDisabled = "true";
    part("says").textContent = text;
    for (const name of ["certificate", "key", "password", "agreed"]) tell(name);
    refuse([]);
    try {
      await work();
    } catch (error) {
      refuse([error].flat().map((each) => (each instanceof Refusal ? each : new Refusal("page", "broken"))));
    }
    working.ariaDisabled = working = null;
    part("says").textContent = "";
  }

  async function look(name) {
    efirma = null;
    // A button must not move while it is pressed.
    if (!readers[name]) return;
    tell(name);
    if (name === "certificate") part("holder").textContent = "";
    const [file] = field(name).files;
    if (!file) return;
    const [{ value, reason }] = await Promise.allSettled([readers[name]()]);
    // Another one by now.
    if (file !== field(name).files[0]) return;
    if (reason) tell(name, sentence(reason));
    else if (name === "certificate") part("holder").textContent = holder(value);
  }

  async function open() {
    const password = field("password");
    const [certificate, key] = await Promise.allSettled([readers.certificate(), readers.key()]);
    const refusals = [certificate, key].flatMap(({ reason = [] }) => reason);
    if (!password.value) refusals.push(new Refusal("password", "missing"));
    if (refusals.length) throw refusals;
    const signers = await openKey(key.value, password.value, certificate.value);
    efirma = { certificate: certificate.value, signers };
    password.value = "";
    password.type = "password";
    password.nextElementSibling.ariaPressed = "false";
  }

  function show(name) {
    for (const each of ["open", "sign", "done"]) part(each).hidden = each !== name;
    part(name).querySelector("[tabindex]").focus();
  }

  async function read() {
    if (!efirma) await open();
    const { certificate } = efirma;
    prepared = await post(prepare, { certificate: toBase64(certificate.der) });
    prepared.documents = await Promise.all(
      prepared.documents.map((each) => readable(each, prepared.algorithm)),
    );
    part("signer").textContent = holder(certificate);
    part("documents").replaceChildren(...prepared.documents.flatMap(shown));
    part("deadline").textContent = clock(new Date(prepared.expires));
    part("sign").reset();
    show("sign");
  }

  async function signAll() {
    if (!field("agreed").checked) throw new Refusal("agreed", "missing");
    const { token, algorithm, documents } = prepared;
    const signatures = [];
    for (const { bytes } of documents) signatures.push(toBase64(await efirma.signers[algorithm](bytes)));
    try {
      const { heading, message, url } = await post(sign, { token, signatures });
      forget();
      part("heading").textContent = heading;
      part("message").textContent = message;
      part("done").querySelector("a").href = url;
      show("done");
      document.dispatchEvent(new CustomEvent("changed", { detail: "estado-carta" }));
    } catch (error) {
      // What was prepared is used up.
      if (error.code === "said") show("open");
      throw error;
    }
  }

  /** Nothing of the e.firma stays on the page. */
  function forget() {
    efirma = prepared = null;
    for (const form of section.querySelectorAll("form")) form.reset();
    for (const name of ["holder", "signer", "documents", "deadline"]) part(name).replaceChildren();
  }

  part("open").addEventListener("change", ({ target }) => look(target.dataset.efirmaField));
  part("open").addEventListener("submit", (event) => {
    event.preventDefault();
    doing(event.target, "Abriendo su e.firma en este equipo y pidiendo la carta…", read);
  });
  part("sign").addEventListener("submit", (event) => {
    event.preventDefault();
    doing(event.target, "Firmando…", signAll);
  });
  const again = () => {
    forget();
    show("open");
  };
  part("other").addEventListener("click", again);
  addEventListener("pagehide", () => part("done").hidden && again());
  for (const name in readers) look(name);
}
