// The alert desk follows the stage over a socket, or looks each second while there is none, and sends what is pressed without leaving the page. Without scripts its
// forms do the same. It runs in docks of streaming programs, too: Chromium 103 has all that is used here.
const EVERY = 1e3; // between looks without a socket
const SELDOM = 6e4; // with one: what the socket does not say
const AWAY = 6e4; // until a page that nobody sees is told nothing any more
const { build, follows, at: here } = document.querySelector(".desk").dataset;
let busy = Promise.resolve(), told = false, seen = 0, leaving, left = false;

const there = () => document.querySelector("main");

// Puts what was read in the place of what there is, and keeps the focus on the button that has it.
function put(old, fresh) {
  if (!old || !fresh) return;
  showKeys(fresh);
  if (fresh.innerHTML === old.innerHTML) return;
  const held = old.contains(document.activeElement) && document.activeElement.closest("button[name=do]");
  const again = held && `button[value="${held.value}"]`;
  const which = held && held.form.elements.alert?.value;
  old.replaceChildren(...fresh.childNodes);
  if (!again) return;
  const same = [...there().querySelectorAll(again)].find((b) => b.form.action === held.form.action && b.form.elements.alert?.value === which);
  (same ?? there().querySelector("button[data-key]"))?.focus({ preventScroll: true });
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

async function read(request) {
  try {
    const answer = await request;
    if (answer.status === 401 || answer.status === 403 || answer.redirected && new URL(answer.url).pathname !== location.pathname) return location.reload();
    if (answer.ok) put(there(), parsed(await answer.text()).querySelector("main"));
  } catch {} // the network is away; the next look may find it
}

// One after the other, so that the page never goes back to an older answer.
const soon = (work) => (busy = busy.then(work));

async function look() {
  if (!document.hidden && (!told || performance.now() - seen > SELDOM)) {
    seen = performance.now();
    await soon(() => read(fetch(here, { cache: "no-store" })));
  }
  setTimeout(look, EVERY);
}

const wire = follows !== undefined && line(here, {
  heard(m) {
    if (m.type === "goodbye") told = false; // and the next look finds out why
    if (m.type !== "paint") return;
    if (m.build !== build) return location.reload();
    if (!told) seen = performance.now();
    told = true;
    soon(() => put(document.querySelector(".desk"), parsed(m.html).querySelector(".desk")));
    return true;
  },
  broke: () => (told = false),
});

document.addEventListener("visibilitychange", () => {
  clearTimeout(leaving);
  if (!wire) return;
  if (document.hidden) leaving = setTimeout(() => (wire.end(), told = false, left = true), AWAY);
  else if (left) wire.open(left = false);
});

document.addEventListener("submit", (e) => {
  if (!e.target.closest(".desk")) return;
  e.preventDefault();
  const body = new URLSearchParams(new FormData(e.target, e.submitter));
  soon(() => read(fetch(e.target.action, { method: "POST", body })));
});

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || keysOff() || e.target.closest("input:not(#keys), select, textarea")) return;
  there().querySelector(`button[data-key="${CSS.escape(e.key.toLowerCase())}"]`)?.click();
});

setTimeout(look, EVERY);
