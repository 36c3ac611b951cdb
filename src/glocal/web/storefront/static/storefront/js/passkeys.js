// A form that signs in by a passkey, or makes one. Without script, or where passkeys cannot be, it stays hidden.
const address = /^[\d.]+$|^\[/.test(location.hostname); // passkeys belong to names, not to numbers
let asking; // one question at a time: a tap ends the one that waits behind the e-mail field

export async function mount(form) {
  const can = window.PublicKeyCredential?.parseRequestOptionsFromJSON && !address;
  if (!can) return;
  form.hidden = false;
  const button = form.querySelector("button");
  button.addEventListener("click", () => use(form, button));
  addEventListener("pageshow", () => button.removeAttribute("aria-disabled"));
  if (form.dataset.does === "sign-in" && (await PublicKeyCredential.isConditionalMediationAvailable?.())) {
    use(form, button, { mediation: "conditional" }).catch(() => {});
  }
}

async function use(form, button, more = {}) {
  const fault = form.querySelector("[role=alert]");
  const quiet = more.mediation === "conditional";
  fault.hidden = true;
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const publicKey = await options(form);
    const made =
      form.dataset.does === "sign-in"
        ? await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey), signal, ...more,
          })
        : await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey), signal,
          });
    form.elements.credential.value = JSON.stringify(made.toJSON());
    form.requestSubmit();
  } catch {
    if (!quiet) fault.hidden = signal.aborted;
  }
}

async function options(form) {
  const body = new URLSearchParams({
    does: form.dataset.does,
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
  });
  const answer = await fetch(form.dataset.options, { method: "POST", body });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).publicKey;
}
