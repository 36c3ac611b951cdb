// Card fields inside the shop's iframe. The number goes to this origin only; the shop's page gets a token.
const form = document.querySelector("[data-fields]");
const { origin, key } = form.dataset;
const words = JSON.parse(form.dataset.words);
const { number, expiry, cvc } = form.elements;
const error = document.getElementById("card-error");
let busy = false;

const tell = (message) => window.parent.postMessage(message, origin);
const digits = (text) => text.replace(/\D/g, "");

function show(field, code) {
  for (const input of [number, expiry, cvc]) {
    const wrong = input.name === field;
    input.toggleAttribute("aria-invalid", false);
    if (wrong) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", "card-error");
      input.focus();
    }
  }
  error.textContent = code ? (words[code] ?? words.unreachable) : "";
  size();
}

const size = () => tell({ type: "glocal-sandbox-height", height: document.documentElement.scrollHeight });

async function tokenise() {
  if (busy) return;
  busy = true;
  show(null, null);
  try {
    const response = await fetch("/v1/tokens", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${key}` },
      body: JSON.stringify({ number: number.value, expiry: expiry.value, cvc: cvc.value }),
    });
    const body = await response.json();
    if (response.ok) {
      tell({ type: "glocal-sandbox-token", token: body.token, brand: body.brand, last4: body.last4 });
    } else {
      show(body.error.field, body.error.code);
      tell({ type: "glocal-sandbox-error", field: body.error.field, code: body.error.code, message: error.textContent });
    }
  } catch {
    show(null, "unreachable");
    tell({ type: "glocal-sandbox-error", field: null, code: "unreachable", message: words.unreachable });
  } finally {
    busy = false;
  }
}

number.addEventListener("input", () => {
  number.value = digits(number.value).slice(0, 19).replace(/(.{4})(?=.)/g, "$1 ");
});
expiry.addEventListener("input", (event) => {
  const typed = digits(expiry.value).slice(0, 4);
  const deleting = event.inputType?.startsWith("delete");
  expiry.value = typed.length > 2 || (typed.length === 2 && !deleting) ? `${typed.slice(0, 2)}/${typed.slice(2)}` : typed;
});
cvc.addEventListener("input", () => {
  cvc.value = digits(cvc.value).slice(0, 4);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  tell({ type: "glocal-sandbox-enter" });
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
    event.preventDefault();
    tell({ type: "glocal-sandbox-enter" });
  }
});
form.querySelector("[data-fill]").addEventListener("click", () => {
  number.value = "4242 4242 4242 4242";
  expiry.value = `12/${String((new Date().getFullYear() + 3) % 100).padStart(2, "0")}`;
  cvc.value = "123";
  show(null, null);
});
window.addEventListener("message", (event) => {
  if (event.origin === origin && event.data?.type === "submit") tokenise();
});
// The page around us hands us the focus after an error: it belongs to the field at fault.
window.addEventListener("focus", () => form.querySelector("[aria-invalid=true]")?.focus());
new ResizeObserver(size).observe(document.documentElement);
tell({ type: "glocal-sandbox-ready" });
size();
