// Files may be dropped where a picker for several stands (data-drop: its id); which were chosen is said beside it
// (data-chosen). The picker itself stays: it is what the keyboard reaches, and all there is without this file.

const listed = (file) => {
  const item = document.createElement("li");
  item.textContent = file.name;
  return item;
};

function dropZone(zone) {
  const input = document.getElementById(zone.dataset.drop);
  const chosen = zone.querySelector("[data-chosen]");
  let depth = 0;
  const over = (change) => {
    depth = Math.max(depth + change, 0);
    zone.classList.toggle("over", depth > 0);
  };
  // A single name the browser itself shows, of several only how many.
  const tell = () => {
    chosen.hidden = input.files.length < 2;
    chosen.replaceChildren(...[...input.files].map(listed));
  };

  input.addEventListener("change", tell);
  zone.addEventListener("dragenter", () => over(1));
  zone.addEventListener("dragleave", () => over(-1));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    over(0);
    // One file after the other makes two, too.
    const both = new DataTransfer();
    const dropped = [...event.dataTransfer.files];
    if (dropped.length === 0) return;
    const before = dropped.length === 1 && input.files.length === 1 ? [...input.files] : [];
    for (const file of [...before, ...dropped]) both.items.add(file);
    input.files = both.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.focus();
  });
  tell();
}

// Beside the zone a file would be opened in place of the page.
for (const kind of ["dragover", "drop"])
  addEventListener(kind, (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
const begin = (root) => root.querySelectorAll("[data-drop]").forEach(dropZone);
begin(document);
// A page that came in place of another (app.js).
document.addEventListener("page", ({ detail }) => begin(detail));
