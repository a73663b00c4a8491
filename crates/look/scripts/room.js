// Follows an auction: what is new is said aloud and the panels of the page are fetched again, and
// the clock counts down by the city's time. What somebody is typing stays where it is.
const room = document.querySelector("[data-live]");

async function freshen() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const panel of answer.ok ? document.querySelectorAll("[data-fresh]") : []) {
      const fresh = page.getElementById(panel.id);
      if (fresh && !panel.contains(document.activeElement)) panel.replaceWith(document.adoptNode(fresh));
    }
  } catch {
    // The next entry tries again; the panels still show their last true state.
  }
}

if (room && window.EventSource) {
  const source = new EventSource(room.dataset.live);
  source.addEventListener("entry", (entry) => {
    document.getElementById("room-said").textContent = entry.data;
    freshen();
  });
}

let began = performance.now();
let of = null;
setInterval(() => {
  const clock = document.getElementById("room-left");
  if (!clock) return;
  if (clock !== of) [of, began] = [clock, performance.now()];
  const left = Math.max(0, Math.floor((clock.dataset.left - (performance.now() - began)) / 1000));
  const two = (n) => String(n).padStart(2, "0");
  clock.textContent = `${two(Math.floor(left / 3600))}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  if (left === 0 && !clock.dataset.over) {
    clock.dataset.over = "yes";
    setTimeout(freshen, 2500);
  }
}, 250);
