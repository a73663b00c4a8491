// Copies an id with one press and says so. Without a clipboard the button stays away.
for (const place of document.querySelectorAll("[data-copy]")) {
  const button = place.querySelector("button");
  const status = place.querySelector("[role=status]");
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(place.querySelector("code").textContent);
    status.textContent = status.dataset.said;
    setTimeout(() => { status.textContent = ""; }, 4000);
  });
}
