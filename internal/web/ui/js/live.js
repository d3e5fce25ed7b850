// Keeps the page of a fact as its server shows it: reads it again on news of the feed, and changes what differs; of cards, who is live.
const fact = document.querySelector("[data-live]"), said = document.getElementById("said"), now = () => performance.now();

const GAP = 2e3; // ms between reads
const CARDS = 24;
const KEPT = 1500; // until old pages are gone
const FAILED = 1e4; // after failed reads
const QUIET = 3e4; // between spoken totals
const SILENCE = 45e3; // 3 heartbeats
const GIVEN = "donation.completed";
const AWAY = 6e4; // until hidden tabs disconnect

let asked, busy, next = 0, heard = -KEPT;
let cards = "cards" in fact.dataset && [...fact.querySelectorAll("[data-fact]")].slice(0, CARDS);

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
    show(await answer.text());
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
  if (cards) return fresh && cards.forEach((c) => remark(c, fresh.querySelector(`[data-fact="${c.dataset.fact}"]`)));
  const before = total();
  if (fresh?.dataset.live !== fact.dataset.live) return location.reload();
  sync(fact, fresh);
  if (total() !== before) saying ||= setTimeout(() => (saying = 0, spoken = now(), said.textContent = total()), spoken + QUIET - now());
}

const mark = (card) => card.querySelector(".live-mark");

function remark(card, fresh) {
  const is = fresh && mark(fresh);
  if (fresh && !is) mark(card)?.remove();
  if (is && !mark(card)) card.append(is);
}

const find = (of, id) => id && [...of.children].find((c) => c.id === id);

// Makes an element like another. Children match by id, else by place.
function sync(old, fresh) {
  if (old.dataset.kept) return;
  for (const name of old.getAttributeNames()) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  let at = old.firstChild;
  const drop = (gone) => (at = gone.nextSibling, gone.remove());
  for (const c of [...fresh.childNodes]) {
    const same = c.id ? find(old, c.id) : at && !at.id && at.nodeName === c.nodeName && at;
    if (!same) {
      if (c.id) c.classList.add("arrived");
      old.insertBefore(c, at);
      continue;
    }
    while (at && at !== same && !find(fresh, at.id)) drop(at);
    if (at === same) at = at.nextSibling;
    else old.insertBefore(same, at);
    if (!same.isEqualNode(c)) same.data ? (same.data = c.data) : sync(same, c);
  }
  while (at) drop(at);
}

let socket, silence, coming, leaving, hint = 1e3, tries = 0;

function connect() {
  coming = 0;
  socket = new WebSocket(location.origin.replace("http", "ws") + "/live/socket");
  socket.onopen = () => {
    if (!cards) return ask([fact.dataset.live]);
    const said = ["fact.live_started", "fact.live_ended"];
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
  if (m.type === "error") reconnect();
  else if (m.facts) tries = 0, next = Math.max(next, now() + KEPT);
  else if (m.type.includes(".") && !m.test) heard = now();
  else if (m.type !== "gone") return;
  refresh();
}

function wake() {
  clearTimeout(leaving);
  if (document.hidden) leaving = setTimeout(disconnect, AWAY);
  else if (!socket && !coming) connect();
  else if (asked) refresh();
}

addEventListener("pagehide", disconnect);
document.addEventListener("visibilitychange", wake);
wake();
