// After a form failed, speech output and keyboard begin at the summary of errors; a link in it
// leads into the field itself.
const summary = document.querySelector("[data-focus]");
summary?.focus();
summary?.addEventListener("click", (event) => {
  const id = event.target.closest("a")?.hash.slice(1);
  const field = id && document.getElementById(id);
  if (!field) return;
  event.preventDefault();
  const label = field.closest(".field, .group") ?? field;
  label.scrollIntoView({ block: "start" });
  const inner = field.matches("input, select, textarea") ? field : field.querySelector("input, textarea");
  (inner ?? field).focus({ preventScroll: true });
});
