// Remembers which columns of a table the reader hid, on this device only.
for (const table of document.querySelectorAll("table[data-columns]")) {
  const store = `columns:${table.dataset.columns}`;
  const heads = [...table.tHead.rows[0].cells];
  let hidden = new Set();
  try {
    hidden = new Set(JSON.parse(localStorage.getItem(store) ?? "[]"));
  } catch {
    // What cannot be read is forgotten: all columns show.
  }

  function apply() {
    heads.forEach((head, at) => {
      const isHidden = hidden.has(head.dataset.key);
      for (const row of table.rows) if (row.cells[at]) row.cells[at].hidden = isHidden;
    });
  }

  const fold = document.createElement("details");
  fold.className = "columns-choice";
  const summary = document.createElement("summary");
  summary.textContent = table.dataset.columnsTitle;
  const choices = document.createElement("div");
  for (const head of heads.filter((one) => one.dataset.key).slice(1)) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = !hidden.has(head.dataset.key);
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(head.dataset.key);
      else hidden.add(head.dataset.key);
      localStorage.setItem(store, JSON.stringify([...hidden]));
      apply();
    });
    const named = head.querySelector("a") ?? head;
    label.append(box, " ", named.firstChild.textContent);
    choices.append(label);
  }
  fold.append(summary, choices);
  table.closest(".scroll").before(fold);
  apply();
}
