// Keeps an overlay as the server draws it. A streaming program shows it for days, hidden or not: it comes back after whatever breaks, and never shows that it
// does, but in a preview.
const shown = document.getElementById("overlay"), { socket: address, build, now } = document.body.dataset;

const SILENCE = 4e4; // more than two heartbeats
const RELOAD = 12e4; // ms without the server until the page loads anew
const LONGEST = 3e4, SOON = 3e3;

const ahead = now - Date.now(); // by how many ms the clock of the server is
const on = {}; // what alerts do, too
let socket, silence, tries = 0, hint = 500, since = 0;

function connect() {
  socket = new WebSocket(location.origin.replace("http", "ws") + address);
  socket.onmessage = (e) => hear(JSON.parse(e.data));
  socket.onclose = again;
  socket.onopen = () => on.open?.();
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
  if (tries) document.body.classList.add("alone");
  since ||= Date.now();
  silence = setTimeout(come, hint + Math.random() * Math.min(LONGEST, 500 * 2 ** tries++));
  hint = 500;
}

// A page that is loaded anew while there is no server would stay an error page, so it asks first.
async function come() {
  if (Date.now() - since < RELOAD) return connect();
  since = Date.now();
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok) return location.reload();
  } catch {}
  connect();
}

function hear(m) {
  watch();
  on[m.type]?.(m);
  if (m.retry_ms) hint = Math.min(m.retry_ms, SOON); // streams do not wait as long as bots
  if (m.reason === "rights" || m.reason === "gone") shown.replaceChildren();
  if (m.type !== "paint") return;
  tries = since = 0;
  document.body.classList.remove("alone");
  if (m.build !== build) return location.reload();
  sync(shown, new DOMParser().parseFromString(m.html, "text/html").getElementById("overlay"));
  count();
  on.painted?.();
}

// What ends says how long that is.
function count() {
  for (const at of shown.querySelectorAll("[data-ends]")) {
    const left = Math.max(0, Math.ceil((at.dataset.ends - ahead - Date.now()) / 1e3)), two = (n) => String(n).padStart(2, "0");
    const h = Math.floor(left / 3600);
    const text = (h ? h + ":" + two(Math.floor(left / 60) % 60) : Math.floor(left / 60)) + ":" + two(left % 60);
    if (at.textContent !== text) at.textContent = text;
  }
}

setInterval(count, 100); // so that all pages show a second at the same moment
count();
if (address) connect();
