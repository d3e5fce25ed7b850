// Keeps the page of who reads aloud as the server shows it: reads it again on news of the feed, and sends its buttons without leaving the page. One key reads.
const main = document.querySelector("main"), fact = main.querySelector("[data-live]").dataset.live;

const AGAIN = 3e4; // between looks, whatever the feed says: pace and time left
const GUARD = 700; // ms in which a key does nothing after the gift was taken away: it was meant for that one

let running = Promise.resolve(), queued = 0, pressed = "", looking, taken = 0;

const current = () => main.querySelector(".aloud input[name=id]")?.value ?? "";
const offline = (is) => (main.querySelector(".offline").hidden = !is);

// The group that is read alone, as the address says.
const alone = () => Object.fromEntries([...new URLSearchParams(location.search)].filter(([name]) => name === "group"));

// What is being read stays, whatever is moved to the front, until it is read or no longer there.
async function load(how) {
  const was = current();
  const answer = await fetch(`${location.pathname}?${new URLSearchParams({ ...alone(), ...(!how && { now: was }) })}`, { cache: "no-store", ...how });
  if (answer.status === 403 || answer.status === 404 || answer.redirected && new URL(answer.url).pathname !== location.pathname) return location.reload();
  if (!answer.ok) throw answer.status;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  const opened = main.querySelector("details")?.open;
  sync(main, fresh);
  showKeys(main);
  if (opened) main.querySelector("details")?.setAttribute("open", "");
  if (!how && was && current() !== was) taken = performance.now();
}

// One request after the other, so that the page never goes back to an older answer.
function soon(how) {
  queued++;
  return running = running.then(() => load(how)).then(() => offline(false), () => offline(true)).finally(() => queued--);
}

function look() {
  clearTimeout(looking);
  looking = setTimeout(look, AGAIN);
  if (!document.hidden && queued < 2) soon(); // one that waits sees it, too
}

// What is sent is what was seen when the button was pressed. The same press once more, before the answer, is none; after a lost connection it can be repeated,
// because the server counts once.
async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  if (performance.now() - taken < GUARD || pressed === String(body)) return;
  pressed = String(body);
  await soon({ method: "POST", body });
  if (pressed === String(body)) pressed = "";
  if (!main.contains(document.activeElement)) focus();
}

const focus = () => (main.querySelector(".read") ?? main.querySelector("#next"))?.focus({ preventScroll: true });

main.addEventListener("submit", (e) => {
  e.preventDefault();
  send(e.target, e.submitter);
});

const press = (what) => main.querySelector(what)?.click();
const keys = { " ": "button[value=read]", Enter: "button[value=read]", u: "button[value=undo]", p: ".aloud button[value=pin]" };

// A key on another button presses that one.
const other = (e) => keys[e.key]?.includes("read") && e.target.closest("button:not(.read), a, summary");

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey || !keys[e.key] || keysOff() || e.target.id === "keys" || other(e)) return;
  e.preventDefault();
  if (!e.repeat) press(keys[e.key]);
});
// Some browsers press a button when the space bar is let go.
document.addEventListener("keyup", (e) => e.key === " " && !keysOff() && e.target.id !== "keys" && !other(e) && e.preventDefault());

document.addEventListener("visibilitychange", () => document.hidden || look());
follow(fact, look);
