// Keeps the page of a screener as the server shows it: reads it again on news of the feed, and sends its forms without leaving the page, again and again while
// there is no connection. What is typed is kept until it is saved. Keys do what the buttons do.
const main = document.querySelector("main"), fact = main.querySelector("[data-live]").dataset.live;

const AGAIN = 2e4; // between looks, whatever the feed says: who screens, and the time of what the screener has
const IDLE = 6e4; // without a key or a click: then others get it
const RETRY = 2e3;
const GUARD = 700; // ms in which a key does nothing after the gift was taken away: it was meant for that one

let running = Promise.resolve(), queued = 0, looking, acted = performance.now(), away = false, lost = false, retry, taken = -GUARD;
const unsent = [];

const all = () => main.querySelector("[data-all]");
const row = () => document.activeElement.closest("li[id^=g-]") ?? main.querySelector("li[id^=g-]");
const problem = (url) => /[?&](late|barred|pins|name|note|undo)=/.test(url);

// The property id of a form with an input of that name is the input; sync tells by its length.
function draftOf(field) {
  return `${fact} ${field.form.elements.id.value} ${field.name}`;
}

function restore() {
  showKeys(main);
  for (const field of main.querySelectorAll("[data-draft]")) {
    const kept = sessionStorage.getItem(draftOf(field));
    if (kept === null || kept === field.value) continue;
    field.value = kept;
    field.closest("details").open = true;
  }
}

async function load(body) {
  const group = new URLSearchParams(location.search).get("group");
  const was = row()?.id, at = location.pathname + (all() ? "?all=yes" : "?") + (group ? `&group=${encodeURIComponent(group)}` : "") + (away ? "&idle=yes" : "");
  const answer = await fetch(at, { cache: "no-store", ...(body && { method: "POST", body }) });
  if (answer.status === 403 || answer.status === 404 || answer.redirected && new URL(answer.url).pathname !== location.pathname) return location.reload();
  if (answer.status >= 500) throw answer.status;
  if (!answer.ok) return;
  if (body && !problem(answer.url)) saved(body);
  const field = document.activeElement.matches("[data-draft]") && document.activeElement;
  sync(main, new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main"));
  restore();
  if (field) keep(field);
  if (!body && was && row()?.id !== was) taken = performance.now();
}

// Who types goes on typing where the row was replaced. Where it is gone, what they type is no command.
function keep(field) {
  if (document.activeElement === field) return;
  const again = document.getElementById(field.id);
  lost = !again;
  if (lost) return;
  again.closest("details").open = true;
  again.focus({ preventScroll: true });
  again.setSelectionRange(field.selectionStart, field.selectionEnd);
}

function saved(body) {
  const field = main.querySelector(`#${CSS.escape(`${body.get("to")}-${body.get("id")}`)}`);
  if (!field) return;
  sessionStorage.removeItem(draftOf(field));
  if (document.activeElement === field) field.closest("li").focus(); // what is saved is typed no more, and keys are commands again
  field.closest("details").open = false;
}

// One request after the other, so that the page never goes back to an older answer.
function soon(body) {
  queued++;
  return running = running.then(() => load(body)).then(() => connected(true), () => connected(false)).finally(() => queued--);
}

function connected(is) {
  main.querySelector(".offline").hidden = is;
  if (!is) clearTimeout(retry), retry = setTimeout(flush, RETRY);
  return is;
}

async function flush() {
  clearTimeout(retry);
  if (!unsent.length) return look();
  while (unsent.length && await soon(unsent[0])) unsent.shift();
  if (!main.contains(document.activeElement)) main.querySelector("#next")?.focus({ preventScroll: true });
}

function look() {
  clearTimeout(looking);
  looking = setTimeout(look, AGAIN);
  away = performance.now() - acted > IDLE;
  if (!document.hidden && queued < 2) soon(); // one that waits sees it, too
}

// The same press once more, before the answer, is none.
main.addEventListener("submit", (e) => {
  e.preventDefault();
  const body = new URLSearchParams(new FormData(e.target, e.submitter));
  if (performance.now() - taken < GUARD || unsent.some((b) => String(b) === String(body))) return;
  unsent.push(body);
  if (unsent.length === 1) flush();
});

main.addEventListener("input", (e) => {
  const field = e.target;
  if (!field.matches("[data-draft]")) return;
  if (field.value === field.defaultValue) sessionStorage.removeItem(draftOf(field));
  else sessionStorage.setItem(draftOf(field), field.value);
});

const values = { a: ["shown", "pass"], h: ["hidden"], r: ["shown_read", "read"], p: ["shown_pin", "pin"] };

function press(key) {
  const at = row(), rows = [...main.querySelectorAll("li[id^=g-]")];
  if (key === "j" || key === "k") return rows[rows.indexOf(document.activeElement.closest("li[id^=g-]")) + (key === "j" ? 1 : -1)]?.focus();
  if (key === "u") return main.querySelector("button[value=undo]").click();
  if (values[key]) return values[key].map((v) => at?.querySelector(`button[value=${v}]`)).find((b) => b)?.click();
  const field = at?.querySelector(key === "e" ? "input[data-draft]" : "textarea[data-draft]");
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
  field.select();
}

function active() {
  acted = performance.now();
  if (away) look();
}

document.addEventListener("keydown", (e) => {
  active();
  if (e.key === "Escape" || e.key === "Tab") lost = false;
  if (lost || e.ctrlKey || e.altKey || e.metaKey || e.repeat) return;
  if (e.target.matches("input:not(#keys), textarea, select")) return e.key === "Escape" && e.target.closest("li")?.focus();
  if (keysOff() || !"ahrpjkuen".includes(e.key)) return;
  e.preventDefault();
  press(e.key);
});
document.addEventListener("pointerdown", () => {
  lost = false;
  active();
});
document.addEventListener("visibilitychange", () => document.hidden || look());
addEventListener("online", flush);

restore();
looking = setTimeout(look, AGAIN);
follow(fact, look);
