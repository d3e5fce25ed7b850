// Looks again for what waits while the page is seen: whoever has it open screens. What somebody has the focus on stays where it is, but the row that is next: its place stays. Without scripts a link looks again.
const again = 30_000;

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.pathname + (location.search.includes("all=") ? "?all=yes" : ""), { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const there = document.querySelector("main");
      const fresh = answer.ok && !answer.redirected && page.querySelector("main");
      const next = document.activeElement.id === "next";
      if (fresh && (next || !there.contains(document.activeElement)) && fresh.innerHTML !== there.innerHTML) there.replaceChildren(...fresh.childNodes);
      if (next) document.getElementById("next")?.focus({ preventScroll: true });
    } catch {
      // The network is away; the next look may find it.
    }
  }
  setTimeout(look, again);
}

setTimeout(look, again);
