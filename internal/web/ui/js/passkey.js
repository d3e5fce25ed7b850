// Asks the device for a passkey when a form for one is sent, and sends the answer with it. Such forms are shown only where the browser has passkeys.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-failed]");
    failed.hidden = true;
    try {
      const { publicKey } = JSON.parse(form.dataset.passkey);
      form.elements.answer.value = JSON.stringify("new" in form.dataset ? await make(publicKey) : await use(publicKey));
      form.submit();
    } catch {
      failed.hidden = false; // its user said no, took too long, or the device has none
    }
  });
}

async function make(options) {
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  for (const one of options.excludeCredentials ?? []) one.id = bytes(one.id);
  const made = await navigator.credentials.create({ publicKey: options });
  return answer(made, { attestationObject: text(made.response.attestationObject), transports: made.response.getTransports?.() ?? [] });
}

async function use(options) {
  options.challenge = bytes(options.challenge);
  const used = await navigator.credentials.get({ publicKey: options });
  const { authenticatorData, signature, userHandle } = used.response;
  return answer(used, { authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle && text(userHandle) });
}

function answer(passkey, response) {
  return {
    id: passkey.id, rawId: text(passkey.rawId), type: passkey.type, clientExtensionResults: passkey.getClientExtensionResults(),
    response: { clientDataJSON: text(passkey.response.clientDataJSON), ...response },
  };
}

// bytes and text are base64url to bytes, and back.
function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}

function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
