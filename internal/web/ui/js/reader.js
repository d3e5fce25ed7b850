// Keeps the page of who reads aloud as the server shows it: reads it again on news of the feed, and sends its buttons without leaving the page. One key reads.
const main = document.querySelector("main"), fact = main.querySelector("[data-live]").dataset.live;

const SILENCE = 45e3; // 3 heartbeats
const AGAIN = 3e4; // between looks, whatever the feed says: pace and time left
const SPREAD = 200;
const GUARD = 700; // ms in which a key does nothing after the gift was taken away: it was meant for that one

let busy, asked, socket, silence, looking, tries = 0, taken = 0;

const current = () => main.querySelector(".now input[name=id]")?.value ?? "";
const offline = (is) => (main.querySelector(".offline").hidden = !is);

// What is being read stays, whatever is moved to the front, until it is read or no longer there.
async function load(how) {
  const was = current();
  const answer = await fetch(location.pathname + (how ? "" : "?now=" + was), { cache: "no-store", ...how });
  if (answer.status === 403 || answer.status === 404 || answer.redirected && new URL(answer.url).pathname !== location.pathname) return location.reload();
  if (!answer.ok) throw answer.status;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  const opened = main.querySelector("details")?.open;
  sync(main, fresh);
  if (opened) main.querySelector("details")?.setAttribute("open", "");
  if (!how && was && current() !== was) taken = performance.now();
}

async function look() {
  clearTimeout(looking);
  if (busy || document.hidden) return void (asked = true);
  busy = true, asked = false;
  try {
    await load();
  } catch {
    offline(true);
  }
  busy = false;
  looking = setTimeout(look, asked ? SPREAD : AGAIN);
}

// A button that was pressed while the network was away can be pressed again: the server counts once.
async function send(form, button) {
  if (busy) return void setTimeout(() => button.isConnected && form.requestSubmit(button), SPREAD);
  if (performance.now() - taken < GUARD) return;
  busy = true;
  try {
    await load({ method: "POST", body: new URLSearchParams(new FormData(form, button)) });
    if (!main.contains(document.activeElement)) focus();
  } catch {
    offline(true);
  }
  busy = false;
  if (asked) look();
}

const focus = () => (main.querySelector(".read") ?? main.querySelector("#next"))?.focus({ preventScroll: true });

main.addEventListener("submit", (e) => {
  e.preventDefault();
  send(e.target, e.submitter);
});

const press = (what) => main.querySelector(what)?.click();
const keys = { " ": "button[value=read]", Enter: "button[value=read]", u: "button[value=undo]", p: ".now button[value=pin]" };

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.altKey || e.metaKey || e.repeat || !keys[e.key]) return;
  if (e.key.trim().length !== 1 && e.target.closest("button, a, summary")) return; // which the key presses
  e.preventDefault();
  press(keys[e.key]);
});

function connect() {
  socket = new WebSocket(location.origin.replace("http", "ws") + "/live/socket");
  socket.onopen = () => (tries = 0, socket.send(JSON.stringify({ type: "subscribe", facts: [fact], brief: true })), look());
  socket.onmessage = (e) => (watch(), JSON.parse(e.data).type.includes(".") && look());
  socket.onclose = again;
  watch();
}

function watch() {
  clearTimeout(silence);
  silence = setTimeout(again, SILENCE);
}

function again() {
  clearTimeout(silence);
  socket.onmessage = socket.onclose = null;
  socket.close();
  silence = setTimeout(connect, 500 + Math.random() * Math.min(3e4, 500 * 2 ** tries++));
}

document.addEventListener("visibilitychange", () => document.hidden || look());
connect();
