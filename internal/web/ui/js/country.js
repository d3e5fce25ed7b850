// Shows the lines of an address as the chosen country has them, at once. Without scripts a button does it.
const form = document.querySelector("form[method=post]");
// typed is what stood in a line last, for the country that has it again.
const typed = new Map();
let asking = new AbortController();

async function change(event) {
  if (event.target.id !== "address-country") return;
  asking.abort();
  asking = new AbortController();
  const fields = new URLSearchParams(new FormData(form));
  fields.set("country_set", "1");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const lines = answer.ok && page.getElementById("address");
    if (lines) show(lines);
  } catch {
    // The network is away, or another country was chosen meanwhile. What is sent is checked for its country, and the form comes back with its lines.
  }
}

// show puts lines in the place of those that are there, with what was typed meanwhile, and the focus where it was.
function show(lines) {
  const there = document.getElementById("address");
  const at = there.contains(document.activeElement) && document.activeElement;
  const marked = at && at.selectionStart !== undefined && [at.selectionStart, at.selectionEnd];
  for (const line of there.querySelectorAll("input")) typed.set(line.name, line.value);
  there.replaceChildren(...lines.childNodes);
  for (const line of there.querySelectorAll("input")) line.value = typed.get(line.name) ?? line.value;
  if (!at) return;
  const again = document.getElementById(at.id) ?? document.getElementById("address-country");
  again.focus();
  if (marked && again.setSelectionRange) again.setSelectionRange(...marked);
}

form?.addEventListener("change", change);
form?.classList.add("scripted");
