// Step 10 (data-senders): who types the data of a mailbox has chosen it, and who chooses the default sender needs
// them no more. Without this file the server tells by what was typed.

function senders(group) {
  const form = document.getElementById("paso");
  const [preset, own] = group.querySelectorAll("input[type=radio]");
  const fields = form.querySelector("[data-own-sender]");

  group.addEventListener("change", () => {
    // Chosen by hand it counts, whatever stands in the fields.
    if (preset.checked) preset.value = "only-default";
    fields.hidden = preset.checked;
  });
  form.addEventListener("input", ({ target }) => {
    if (!fields.contains(target)) return;
    own.checked = true;
  });
}
document.querySelectorAll("[data-senders]").forEach(senders);
