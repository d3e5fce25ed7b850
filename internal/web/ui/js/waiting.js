// Looks again and again what became of a gift, and loads the page anew when that has changed, so that the page
// stands still for its readers while it waits. Without scripts the page loads itself anew.
const shown = document.querySelector("[data-state]").dataset.state;
const started = Date.now();

async function look() {
  try {
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    const state = answer.headers.get("Almoner-Gift-State");
    if (answer.ok && state !== null && state !== shown) {
      location.replace(location.pathname);
      return;
    }
  } catch {
    // The network is away; the next look may find it.
  }
  // Soon at first, then less often: after a minute every 10 seconds, after three every 30.
  setTimeout(look, Math.min(30_000, Math.max(1_000, (Date.now() - started) / 6)));
}

setTimeout(look, 1_000);
