// Keeps the page of a fact as its server shows it: reads it again on news of the feed and at the instants that it names, and changes what differs; of cards, who
// is live, and all of them when somebody comes back to the tab.
const fact = document.querySelector("[data-live]"), said = document.getElementById("said"), now = () => performance.now();

const GAP = 2e3; // ms between reads
const CARDS = 24;
const KEPT = 1500; // until old pages are gone
const FAILED = 1e4; // after failed reads
const QUIET = 3e4; // between spoken totals
const SILENCE = 45e3; // 3 heartbeats
const GIVEN = "donation.completed";
const AWAY = 6e4; // until hidden tabs disconnect
const CACHED = 2e3; // how old a page may be
const DAY = 864e5;

const listed = () => "cards" in fact.dataset && [...fact.querySelectorAll("[data-fact]:not([data-over])")].slice(0, CARDS);

let asked, busy, next = 0, heard = -KEPT;
let cards = listed(), back;
let ending, ahead = 0; // by how many ms the clock of the server is

// What ends by time is no event.
function expect() {
  clearTimeout(ending);
  const left = fact.dataset.until - Date.now() - ahead;
  if (left < DAY) ending = setTimeout(refresh, Math.max(0, left) + CACHED);
}

// Spread: all who watch hear at once.
function refresh() {
  asked = true;
  if (busy || document.hidden) return;
  busy = setTimeout(load, Math.max(0, next - now()) + Math.random() * fact.dataset.spread);
}

async function load() {
  const at = now();
  asked = false, next = at + GAP;
  try {
    const answer = await fetch(location.href, { cache: "no-cache" }); // sends If-None-Match
    if (answer.status === 404) return location.reload();
    if (!answer.ok) throw answer.headers.get("Retry-After");
    ahead = Date.parse(answer.headers.get("Date")) - Date.now() || 0;
    show(await answer.text());
    expect();
    asked ||= at - heard < KEPT;
  } catch (wait) {
    asked = true, next = at + (1e3 * wait || FAILED);
  }
  busy = false;
  if (asked) refresh();
}

const total = () => fact.querySelector(".total").textContent;
let saying, spoken = -QUIET;

function show(page) {
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-live]");
  if (cards && back && fresh) return arrive(fresh);
  if (cards) return fresh && mind(fresh);
  const before = total();
  if (fresh?.dataset.live !== fact.dataset.live) return location.reload();
  sync(fact, fresh);
  if (total() !== before) saying ||= setTimeout(() => (saying = 0, spoken = now(), said.textContent = total()), spoken + QUIET - now());
}

// Nobody has looked at the cards for a while, so they may all move.
function arrive(fresh) {
  back = false;
  sync(fact, fresh);
  cards = listed();
  disconnect();
  if (cards.length) connect();
}

function mind(fresh) {
  fact.dataset.until = fresh.dataset.until ?? "never";
  cards.forEach((c) => remark(c, fresh.querySelector(`[data-fact="${c.dataset.fact}"]`)));
}

const mark = (card) => card.querySelector(".live-mark");

function remark(card, fresh) {
  const is = fresh && mark(fresh);
  if (fresh && !is) mark(card)?.remove();
  if (is && !mark(card)) card.append(is);
}

let socket, silence, coming, leaving, hint = 1e3, tries = 0;

function connect() {
  coming = 0;
  socket = new WebSocket(location.origin.replace("http", "ws") + "/live/socket");
  socket.onopen = () => {
    if (!cards) return ask([fact.dataset.live]);
    const said = ["fact.live_started", "fact.live_ended", "fact.changed"]; // which may change when it ends
    const ids = (live) => cards.filter((c) => !mark(c) !== live).map((c) => c.dataset.fact);
    ask(ids(true), said), ask(ids(false), [...said, GIVEN]);
  };
  socket.onmessage = (e) => hear(JSON.parse(e.data));
  socket.onclose = reconnect;
  watch();
}

function ask(facts, types) {
  if (facts.length) socket.send(JSON.stringify({ type: "subscribe", facts, types, brief: !!types }));
}

function watch() {
  clearTimeout(silence);
  silence = setTimeout(reconnect, SILENCE);
}

function disconnect() {
  [silence, coming].forEach(clearTimeout);
  if (socket) socket.onmessage = socket.onclose = null, socket.close();
  socket = coming = 0;
}

function reconnect() {
  disconnect();
  coming = setTimeout(connect, hint + Math.random() * Math.min(6e4, 1e3 * 2 ** tries++));
}

function hear(m) {
  watch();
  hint = m.retry_ms ?? hint;
  if (cards && m.type === GIVEN && !cards.some((c) => m.fact_ids.includes(c.dataset.fact) && !mark(c))) return;
  if (cards && m.type === "gone") cards = cards.filter((c) => !m.fact_ids.includes(c.dataset.fact));
  if (m.status === 404) return lost(Object.keys(m.fields ?? {}));
  if (m.type === "error") reconnect();
  else if (m.facts) tries = 0, next = Math.max(next, now() + KEPT);
  else if (m.type.includes(".") && !m.test) heard = now();
  else if (m.type !== "gone") return;
  refresh();
}

// Facts that are gone since the page was read.
function lost(names) {
  if (!cards) return refresh(); // which finds no page
  cards = cards.filter((c) => !names.includes(c.dataset.fact));
  if (!names.length) reconnect();
  else if (cards.length) socket.onopen();
  else disconnect();
}

function leave() {
  disconnect();
  back = true;
}

function wake() {
  clearTimeout(leaving);
  if (document.hidden) leaving = setTimeout(leave, AWAY);
  else if (!socket && !coming) connect();
  else if (asked) refresh();
}

addEventListener("pagehide", disconnect);
document.addEventListener("visibilitychange", wake);
wake();
expect();
