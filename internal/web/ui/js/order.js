// Lets people drag the rows of a list to another place. Without scripts, and by keyboard, buttons do it; both lead to the same form.
let held;

// send sends the form of the row that is held, so that it stands before another one.
function send(before) {
  const form = held.querySelector("form");
  const to = document.createElement("input");
  Object.assign(to, { type: "hidden", name: "drag", value: before });
  form.append(to);
  form.submit();
}

// take marks a row as the place of what is held, and has the browser let it drop there.
function take(event) {
  const row = event.currentTarget;
  if (!held || held.parentNode !== row.parentNode) return; // of another list
  event.preventDefault();
  document.querySelector(".drop")?.classList.remove("drop");
  row.classList.add("drop");
}

for (const row of document.querySelectorAll("[data-move]")) {
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    held = row;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", row.dataset.move);
  });
  row.addEventListener("dragend", () => {
    held = undefined;
    document.querySelector(".drop")?.classList.remove("drop");
  });
  for (const type of ["dragenter", "dragover"]) row.addEventListener(type, take); // a browser may ask only once
  row.addEventListener("drop", (event) => {
    if (!held || held === row || held.parentNode !== row.parentNode) return;
    event.preventDefault();
    const rows = [...row.parentNode.children];
    const down = rows.indexOf(held) < rows.indexOf(row);
    send(down ? row.nextElementSibling?.dataset.move ?? "end" : row.dataset.move);
  });
}

// Nobody hears what is on a page as it is loaded: it is put there once more.
const done = document.getElementById("done");
if (done && !done.hidden) {
  const said = done.textContent;
  done.textContent = "";
  setTimeout(() => { done.textContent = said; }, 100);
}
