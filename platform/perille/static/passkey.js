// Passkeys: shows the buttons where the browser knows them, asks it for a key, and sends what it says as a form.
function bytes(text) {
  const plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

function text(buffer) {
  let plain = "";
  for (const byte of new Uint8Array(buffer)) {
    plain += String.fromCharCode(byte);
  }
  return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function withBytes(list) {
  return (list || []).map((each) => Object.assign({}, each, { id: bytes(each.id) }));
}

async function made(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) {
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = withBytes(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }
  options.allowCredentials = withBytes(options.allowCredentials);
  return navigator.credentials.get({ publicKey: options });
}

function written(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function send(form) {
  const answer = await fetch(form.dataset.passkey, { method: "POST", credentials: "same-origin" });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  const asked = await answer.json();
  const credential = await made(asked.options);
  form.elements.challenge.value = asked.id;
  form.elements.credential.value = written(credential);
  // submit() tells nobody that a form is on its way (app.js).
  document.documentElement.setAttribute("data-sending", "");
  form.submit();
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const failed = form.querySelector("[data-failed]");
  form.hidden = !(window.PublicKeyCredential && window.isSecureContext);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failed.hidden = true;
    // Said no, took too long, or has no place for such a key: in words, with the way by e-mail beside it.
    send(form).catch(() => {
      failed.hidden = false;
      // Whoever lost the key reads at once what else opens their account.
      for (const other of document.querySelectorAll("[data-otherwise]")) other.open = true;
    });
  });
}
