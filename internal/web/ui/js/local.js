// Says beside a field with a time what time that is for who reads the page. The field is in the zone that its hint names.
const language = document.documentElement.lang + "-u-ca-gregory-nu-latn";
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

// clocks is what the clocks of a zone show at an instant, as if they showed UTC.
function clocks(zone, at) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }).formatToParts(at);
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute);
}

// instant is when the clocks of a zone show a time, the first of two; undefined for never.
function instant(zone, shown) {
  const day = 24 * 60 * 60 * 1000;
  const times = [shown - day, shown + day].map((at) => shown - (clocks(zone, at) - at));
  return times.sort((a, b) => a - b).find((at) => clocks(zone, at) === shown);
}

function say(note, field) {
  const shown = Date.parse(field.value + "Z");
  note.hidden = Number.isNaN(shown);
  if (note.hidden) return;
  const at = instant(note.dataset.zone, shown);
  if (at === undefined) {
    note.textContent = note.dataset.never;
    return;
  }
  note.hidden = clocks(here, at) === shown; // it says nothing new
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(at);
  note.textContent = note.dataset.here.replace("{time}", time).replace("{zone}", here);
}

for (const note of document.querySelectorAll("[data-local]")) {
  const field = document.getElementById(note.dataset.local);
  try {
    say(note, field);
    field.addEventListener("input", () => say(note, field));
  } catch {
    note.hidden = true; // a zone that the browser does not know
  }
}
