// Card fields live in the payment provider's own frame; only a token of the card comes back to this page.
export function mount(place) {
  const form = place.closest("form");
  const card = place.querySelector("[data-card]");
  const frame = card.querySelector("iframe");
  const provider = new URL(frame.dataset.src).origin;
  let frameSpoke = false;
  const wanted = () => form.elements.method.value === "card";

  function show() {
    card.hidden = !wanted();
    if (!wanted() || frame.src) return;
    const address = new URL(frame.dataset.src);
    if (getComputedStyle(document.documentElement).colorScheme === "dark") address.searchParams.set("theme", `${address.searchParams.get("theme")},dark`);
    frame.src = address;
  }

  form.addEventListener("change", show);
  // Before htmx, which sends the form on this event.
  form.addEventListener(
    "submit",
    (event) => {
      // A frame that never spoke did not load: the form goes without a token, and the card is asked for over there.
      if (!wanted() || !frameSpoke || form.elements.payment_token.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      frame.contentWindow.postMessage({ type: "submit" }, provider);
    },
    { capture: true },
  );
  // A token pays once; after a refusal the frame makes another of the card that still stands in it.
  form.addEventListener("htmx:finally:request", (event) => {
    if (event.target === form) form.elements.payment_token.value = "";
  });

  const answers = {
    "glocal-sandbox-height": ({ height }) => {
      frame.style.blockSize = `${height}px`;
    },
    "glocal-sandbox-enter": () => form.requestSubmit(),
    "glocal-sandbox-error": () => {
      frame.focus({ preventScroll: true }); // and in it the field at fault, where what is wrong is said
      place.querySelector("[data-card]").scrollIntoView({ block: "center" });
    },
    "glocal-sandbox-token": ({ token }) => {
      form.elements.payment_token.value = token;
      form.requestSubmit();
    },
  };
  addEventListener("message", (event) => {
    if (event.origin !== provider || event.source !== frame.contentWindow) return;
    frameSpoke = true;
    answers[event.data?.type]?.(event.data);
  });
  show();
}
