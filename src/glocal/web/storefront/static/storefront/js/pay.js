// Card fields live in the payment provider's own frame; only a token of the card comes back to this page.
export function mount(place) {
  const form = place.closest("form");
  const card = place.querySelector("[data-card]");
  const frame = card.querySelector("iframe");
  const fault = card.querySelector("[data-fault]");
  const provider = new URL(frame.dataset.src).origin;
  const wanted = () => form.elements.method.value === "card";

  function show() {
    card.hidden = !wanted();
    if (!wanted() || frame.src) return;
    const address = new URL(frame.dataset.src);
    if (matchMedia("(prefers-color-scheme: dark)").matches) address.searchParams.set("theme", `${address.searchParams.get("theme")},dark`);
    frame.src = address;
  }

  function refuse(text) {
    fault.textContent = text || place.dataset.faultText;
    fault.hidden = false;
    card.scrollIntoView({ block: "center" });
  }

  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    if (!wanted() || form.elements.payment_token.value) return;
    event.preventDefault();
    fault.hidden = true;
    frame.contentWindow.postMessage({ type: "submit" }, provider);
  });

  const answers = {
    "glocal-sandbox-height": ({ height }) => {
      frame.style.blockSize = `${height}px`;
    },
    "glocal-sandbox-enter": () => form.requestSubmit(),
    "glocal-sandbox-error": ({ message }) => refuse(message),
    "glocal-sandbox-token": ({ token }) => {
      form.elements.payment_token.value = token;
      form.requestSubmit();
    },
  };
  addEventListener("message", (event) => {
    if (event.origin === provider && event.source === frame.contentWindow) answers[event.data?.type]?.(event.data);
  });
  show();
}
