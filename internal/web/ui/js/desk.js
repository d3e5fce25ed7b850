// The alert desk follows the stage, and sends what is pressed without leaving the page. Without scripts its forms do the same.
const every = 1_000;
let busy = Promise.resolve();

const there = () => document.querySelector("main");

// Puts a page that was read in the place of this one, and keeps the focus on the button that has it.
function put(page) {
  const fresh = page.querySelector("main");
  if (!fresh || fresh.innerHTML === there().innerHTML) return;
  const held = document.activeElement.closest?.("button[name=do]");
  const again = held && `button[value="${held.value}"]`;
  const which = held?.form.elements.alert?.value;
  there().replaceChildren(...fresh.childNodes);
  if (!again) return;
  const same = [...there().querySelectorAll(again)].find((b) => b.form.elements.alert?.value === which);
  (same ?? there().querySelector("button[data-key]"))?.focus({ preventScroll: true });
}

async function read(request) {
  try {
    const answer = await request;
    if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else if (answer.status === 401 || answer.status === 403) location.reload();
  } catch {} // the network is away; the next look may find it
}

async function look() {
  if (!document.hidden) await (busy = busy.then(() => read(fetch(location.pathname, { cache: "no-store" }))));
  setTimeout(look, every);
}

document.addEventListener("submit", (e) => {
  if (!e.target.closest(".desk")) return;
  e.preventDefault();
  const body = new URLSearchParams(new FormData(e.target, e.submitter));
  busy = busy.then(() => read(fetch(e.target.action, { method: "POST", body })));
});

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.repeat || e.target.closest("input, select, textarea")) return;
  there().querySelector(`button[data-key="${CSS.escape(e.key.toLowerCase())}"]`)?.click();
});

setTimeout(look, every);
