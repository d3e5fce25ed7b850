// Shows in the frame of a preview what is typed, a moment after it was. Without scripts the frame shows what was saved.
const form = document.querySelector("form[data-preview]");
const frame = document.getElementById("preview");
let soon;

function show() {
  const typed = new URLSearchParams();
  for (const name of ["name", "description", "goal", "starts", "ends"]) {
    const field = form.elements.namedItem(name);
    if (field) typed.set(name, field.value);
  }
  // In place of what the frame shows: the way back of the browser leads to the step before.
  frame.contentWindow.location.replace(form.dataset.preview + "&" + typed);
}

form?.addEventListener("input", () => {
  clearTimeout(soon);
  soon = setTimeout(show, 400);
});
if (form && [...form.elements].some((field) => field.name && field.type !== "hidden" && field.value !== field.defaultValue && field.type !== "radio")) show();
