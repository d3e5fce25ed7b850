// Shows the lines of an address as the chosen country has them, at once. Without scripts a button does it.
const form = document.querySelector("form[method=post]");

async function change(event) {
  if (event.target.id !== "address-country") return;
  const fields = new URLSearchParams(new FormData(form));
  fields.set("country_set", "1");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const lines = answer.ok && page.getElementById("address");
    if (lines) {
      form.querySelector("#address").replaceChildren(...lines.childNodes);
      form.querySelector("#address-country").focus();
    }
  } catch {
    // The network is away: what is sent is checked for its country, and the form comes back with its lines.
  }
}

form?.addEventListener("change", change);
form?.classList.add("scripted");
