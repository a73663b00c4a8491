// Follows a run in the background: fetches the page again and puts its panel in place, more
// slowly as time goes by, and not at all while nobody looks.
const FIRST_MS = 1000;
const MOST_MS = 10000;

async function follow(wait) {
  const panel = document.querySelector("[data-poll]");
  if (!panel) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(panel.dataset.poll, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(panel.id);
      if (answer.ok && fresh) panel.replaceWith(document.adoptNode(fresh));
    } catch {
      // The next round tries again; the panel still shows its last true state.
    }
  }
  setTimeout(() => follow(Math.min(wait * 1.3, MOST_MS)), wait);
}

setTimeout(() => follow(FIRST_MS), FIRST_MS);
