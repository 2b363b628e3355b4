// «Firmar aquí con mi e.firma» (data-efirma: where the module is that does it). What opens keys and signs is loaded
// when somebody begins, not before; without a secure context there is no WebCrypto, and the page says so.

const canSign = isSecureContext && Boolean(globalThis.crypto?.subtle);

function offer(section) {
  const form = section.querySelector("[data-efirma-open]");
  let started = false;
  async function begin(event) {
    if (started) return;
    if (event.type === "submit") event.preventDefault();
    const says = section.querySelector("[data-efirma-says]");
    try {
      const { start } = await import(section.dataset.efirma);
      says.textContent = "";
      if (!started) start(section);
      started = true;
      if (event.type === "submit") form.requestSubmit();
    } catch {
      says.textContent = "No hay conexión. Vuelva a cargar la página, o firme en el sitio del PAC.";
    }
  }
  form.hidden = !canSign;
  section.querySelector("[data-efirma-unsafe]").hidden = canSign;
  for (const kind of ["change", "submit"]) form.addEventListener(kind, begin);
}

const begin = (root) => root.querySelectorAll("[data-efirma]").forEach(offer);
begin(document);
// A page that came in place of another (app.js).
document.addEventListener("page", ({ detail }) => begin(detail));
