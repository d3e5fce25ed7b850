// Looks again for what waits while the page is seen: whoever has it open screens. What somebody has the focus on stays where it is. Without scripts a link looks again.
const again = 30_000;

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = document.querySelector("main");
      const fresh = answer.ok && !answer.redirected && page.querySelector("main");
      if (fresh && !there.contains(document.activeElement) && fresh.innerHTML !== there.innerHTML) there.replaceChildren(...fresh.childNodes);
    } catch {
      // The network is away; the next look may find it.
    }
  }
  setTimeout(look, again);
}

setTimeout(look, again);
