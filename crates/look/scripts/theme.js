// Light, dark, or as the device: kept in a cookie, so that the server draws the page right at once.
const choices = document.querySelector("[data-themes]");
const root = document.documentElement;
const cookie = document.cookie.split("; ").find((part) => part.startsWith("theme="));
const known = cookie?.slice("theme=".length) ?? root.dataset.theme ?? "auto";

function show(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
}

function keep(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

show(known);
if (choices) {
  for (const input of choices.querySelectorAll("input")) {
    input.checked = input.value === known;
    input.addEventListener("change", () => {
      show(input.value);
      keep(input.value);
    });
  }
  choices.hidden = false;
}
