// Follows an auction: what is new is said aloud, price and end come with it, and a bidder's own panels
// are fetched again. The clock counts down by the city's time. What somebody is typing stays where it is.
const room = document.querySelector("[data-live]");
const ROWS_MAX = 50;
let mark = room?.dataset.mark;
let waiting = null;

const made = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;

async function freshen() {
  waiting = null;
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

// Many pages ask at once when something happens to all of them: each waits a little of its own.
function freshenSoon(within) {
  waiting ??= setTimeout(freshen, 150 + Math.random() * within);
}

function add(row) {
  const list = document.querySelector("#room-history ol");
  if (!list) return freshenSoon(1000);
  list.prepend(document.adoptNode(row));
  while (list.children.length > ROWS_MAX) list.lastElementChild.remove();
}

if (room && window.EventSource) {
  const source = new EventSource(room.dataset.live);
  source.addEventListener("entry", (entry) => {
    const { said, row } = JSON.parse(entry.data);
    document.getElementById("room-said").textContent = said;
    const item = made(`<ol>${row}</ol>`);
    if (document.getElementById("room-history")) add(item.firstElementChild);
    if ("own" in room.dataset) freshenSoon(250);
  });
  source.addEventListener("now", (event) => {
    const stand = JSON.parse(event.data);
    document.getElementById("room-price")?.replaceWith(document.adoptNode(made(stand.html)));
    if (stand.mark === mark) return;
    mark = stand.mark;
    if (stand.said) document.getElementById("room-said").textContent = stand.said;
    freshenSoon(3000);
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
    setTimeout(() => freshenSoon(1000), 2500);
  }
}, 250);
