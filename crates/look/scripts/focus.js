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
  const fields = "input, select, textarea";
  const inner = field.matches(fields) ? field : field.querySelector(fields);
  (inner ?? field).focus({ preventScroll: true });
});
