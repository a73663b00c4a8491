// A question that unfolds in place becomes a dialog: focus stays in it, Escape leaves it.
for (const fold of document.querySelectorAll("details[data-confirm]")) {
  const opener = fold.querySelector("summary");
  const box = fold.querySelector(".confirm-box");
  const leave = box.querySelector("[data-close]");
  const title = box.querySelector("h2");
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", title.textContent);
  dialog.append(box);
  fold.after(dialog);
  leave.hidden = false;
  leave.addEventListener("click", () => dialog.close());
  opener.setAttribute("role", "button");
  opener.setAttribute("aria-haspopup", "dialog");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
    leave.focus();
  });
}
