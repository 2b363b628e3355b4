// A photograph as telephones take it, or a PNG, becomes a JPG that the server takes: upright, smaller, on white.
// Hook: data-picture-says, the id of the picker; the element says what was done. What the browser cannot read stays
// as it is, and the server says what it is.

const MAX_BYTES = 2 * 1024 * 1024;
const MAX_PIXELS = 13_500_000;
// Twice what is kept (companies/logo/preparing.py), then less, until it is light enough.
const SIDES = [1600, 1200, 800];
const QUALITY = 0.9;

/** The picture, upright as its EXIF says. */
async function decoded(file) {
  // A drawing has no pixels that could be taken from the file itself.
  if (file.type !== "image/svg+xml") return createImageBitmap(file, { imageOrientation: "from-image" });
  const image = new Image();
  image.src = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
  await image.decode();
  return image;
}

function drawn(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  // Where a PNG is transparent, an invoice is white.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** The file as a JPG that the server takes; the same file when it is one. */
async function taken(file) {
  const picture = await decoded(file);
  const right = file.type === "image/jpeg" && file.size <= MAX_BYTES;
  if (right && picture.width * picture.height <= MAX_PIXELS) return file;
  for (const side of SIDES) {
    const blob = await drawn(picture, side);
    if (blob && blob.size <= MAX_BYTES)
      return new File([blob], file.name.replace(/(\.[^.]*)?$/, ".jpg"), { type: "image/jpeg" });
  }
  return file;
}

function prepare(says) {
  const input = document.getElementById(says.dataset.pictureSays);
  let work = null;
  // Any picture may be chosen where it can be made a JPG.
  input.accept = "image/*";

  async function convert(file) {
    says.textContent = "Preparando la imagen…";
    try {
      const jpeg = await taken(file);
      says.textContent = "";
      if (jpeg === file || input.files[0] !== file) return;
      const files = new DataTransfer();
      files.items.add(jpeg);
      input.files = files.files;
      const kilobytes = Math.max(1, Math.round(jpeg.size / 1024));
      says.textContent = `La convertimos a JPG para usted: ${kilobytes} KB.`;
      input.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: jpeg }));
    } catch {
      says.textContent = "";
    } finally {
      work = null;
    }
  }

  input.addEventListener("change", (event) => {
    const [file] = input.files;
    // The last is our own.
    if (!file || event.detail) return;
    says.textContent = "";
    work = convert(file);
  });
  // Who is quicker than the canvas waits for it.
  input.form.addEventListener(
    "submit",
    (event) => {
      if (!work) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      work.then(() => input.form.requestSubmit(submitter));
    },
    { capture: true },
  );
}

const begin = (root) => root.querySelectorAll("[data-picture-says]").forEach(prepare);
begin(document);
// A page that came in place of another (app.js).
document.addEventListener("page", ({ detail }) => begin(detail));
