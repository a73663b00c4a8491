// Suggestions below a search box: a listbox driven by the keyboard. While an input method
// composes, Enter chooses a word and never sends the form.
const WAIT_MS = 120;

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.keyCode === 229) event.preventDefault();
}, true);

function suggest(input) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggestTitle);
  list.hidden = true;
  input.parentElement.append(list);
  for (const [name, value] of Object.entries({
    "role": "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  })) input.setAttribute(name, value);
  let [timer, asked, chosen, items] = [0, null, -1, []];

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    chosen = (index + items.length + 1) % (items.length + 1);
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", at === chosen));
    const row = list.children[chosen];
    if (row) input.setAttribute("aria-activedescendant", row.id);
    else input.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }

  function draw(found) {
    items = found;
    chosen = items.length;
    list.replaceChildren(...items.map((item, index) => {
      const row = document.createElement("li");
      row.id = `${list.id}-${index}`;
      row.setAttribute("role", "option");
      const kind = document.createElement("span");
      kind.className = "quiet";
      kind.textContent = item.kind ?? "";
      row.append(item.text, kind);
      row.addEventListener("mousedown", (event) => {
        event.preventDefault();
        location.assign(item.href);
      });
      return row;
    }));
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const url = `${input.dataset.suggest}?q=${encodeURIComponent(input.value)}`;
    const headers = { Accept: "application/json" };
    const answer = await fetch(url, { signal: asked.signal, headers });
    if (answer.ok) draw((await answer.json()).items.slice(0, 10));
  }

  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.isComposing || input.value.trim() === "") return close();
    timer = setTimeout(() => ask().catch(close), WAIT_MS);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || list.hidden) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && items[chosen]) location.assign(items[chosen].href);
    else return;
    event.preventDefault();
  });
}

document.querySelectorAll("input[data-suggest]").forEach(suggest);
