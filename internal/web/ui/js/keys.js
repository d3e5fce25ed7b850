// Keys that are one letter can be switched off, in this browser for good: who dictates or leans on the keyboard decides nothing then.
const keysOff = () => localStorage.getItem("keys") === "off";

// Shows the switch in a page, which does nothing without scripts, and how it stands.
function showKeys(page) {
  const keys = page.querySelector("#keys");
  if (!keys) return;
  keys.checked = !keysOff();
  keys.closest("div").hidden = false;
}

document.addEventListener("input", ({ target }) => {
  if (target.id !== "keys") return;
  if (target.checked) localStorage.removeItem("keys");
  else localStorage.setItem("keys", "off");
});
showKeys(document);

