// Shows what a form would make, a moment after it was typed into. Without scripts its button does it.
const form = document.querySelector("form[data-sample]");
let soon, asking = new AbortController();

async function show() {
  asking.abort();
  asking = new AbortController();
  const typed = new URLSearchParams(new FormData(form));
  typed.set("do", "sample");
  try {
    const answer = await fetch(form.action, { method: "POST", body: typed, signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const sample = page.getElementById("sample");
    if (sample) document.getElementById("sample").replaceChildren(...sample.childNodes);
  } catch {
    // The network is away, or more was typed meanwhile.
  }
}

form?.addEventListener("input", () => {
  clearTimeout(soon);
  soon = setTimeout(show, 400);
});
