// Enlivens pages that already work: the sheet, short messages, and islands that load when they are seen.
import htmx from "htmx.org";

const root = document.documentElement;
root.classList.add("scripted");
const sheet = document.getElementById("sheet");
const toast = document.getElementById("toast");
let toastTimer;

function say(text) {
  toast.textContent = text;
  hideToastLater();
}

function hideToastLater() {
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => toast.replaceChildren(), 10_000);
}

function load(place) {
  import(`glocal/${place.dataset.island}`).then((island) => island.mount(place));
}

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    load(target);
  }
});

// An island loads when it is seen; what a form cannot be sent without loads at once.
function watchIslands() {
  for (const place of document.querySelectorAll("[data-island]:not([data-watched])")) {
    place.dataset.watched = "";
    if ("now" in place.dataset) load(place);
    else seen.observe(place);
  }
}

document.addEventListener("htmx:after:swap", () => {
  if (sheet.childElementCount && !sheet.open) sheet.showModal();
  if (toast.childElementCount) hideToastLater();
  watchIslands();
});
// What was refused is read first; what is being mended is no longer called wrong. Fields of a place depend on each other.
document.addEventListener("htmx:finally:request", ({ target }) => {
  if (target.id === "checkout") target.querySelector("[role=alert], [aria-invalid=true]")?.focus();
});
document.addEventListener("input", ({ target }) => {
  const form = target.form;
  if (!form) return;
  const mended = "requote" in target.dataset ? form.querySelectorAll(".input[data-requote]") : [target];
  for (const input of mended) {
    input.removeAttribute("aria-invalid");
    document.getElementById(`${input.id}-error`)?.remove();
  }
});
document.addEventListener("htmx:response:error", () => say(root.dataset.fault));
// Nobody knows what arrived: the form stays with its key, by which a second try is the same purchase.
document.addEventListener("htmx:error", ({ target }) => {
  const lost = target.closest?.("#checkout")?.querySelector("[data-lost]");
  if (!lost) return say(root.dataset.offline);
  lost.hidden = false;
  lost.focus();
});
document.addEventListener("htmx:before:request", ({ target }) => {
  const lost = target.closest?.("#checkout")?.querySelector("[data-lost]");
  if (lost) lost.hidden = true;
});

sheet.addEventListener("click", (event) => {
  if (event.target === sheet || event.target.closest("[data-close]")) {
    event.preventDefault();
    sheet.close();
  }
});
sheet.addEventListener("close", () => sheet.replaceChildren());

// A form that is on its way is not sent twice.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post" || event.target.hasAttribute("hx-post")) return;
  for (const button of event.target.querySelectorAll("button.button")) button.setAttribute("aria-disabled", "true");
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const place of document.querySelectorAll(".htmx-request")) place.classList.remove("htmx-request");
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button.button")) button.removeAttribute("aria-disabled");
  }
});

// Light or dark at once; without script the same link asks the server, which then sends the page so.
const media = (of, choice) => (choice === "device" ? `(prefers-color-scheme: ${of})` : choice === of ? "all" : "not all");
function wear(choice) {
  for (const part of document.querySelectorAll("[data-scheme]")) part.media = media(part.dataset.scheme, choice);
  for (const link of document.querySelectorAll("[data-choose]")) {
    if (link.dataset.choose === choice) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-choose]")?.dataset.choose;
  if (!choice || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.cookie = `scheme=${choice}; path=/; max-age=${choice === "device" ? 0 : 31_536_000}; samesite=lax`;
  wear(choice);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) wear(/(?:^|; )scheme=(light|dark)/.exec(document.cookie)?.[1] ?? "device");
});

// Suggestions come with the first touch of a search box.
document.addEventListener("focusin", async ({ target }) => {
  const form = target.closest("form[data-hints]");
  if (form) (await import("glocal/find")).enliven(form);
});
const focused = document.activeElement?.closest("form[data-hints]");
if (focused) import("glocal/find").then((module) => module.enliven(focused));
addEventListener("beforeinstallprompt", (event) => {
  const offer = document.querySelector("[data-install]");
  if (!offer) return;
  event.preventDefault();
  offer.hidden = false;
  offer.onclick = () => {
    offer.hidden = true;
    event.prompt();
  };
});
addEventListener("load", () => navigator.serviceWorker?.register(root.dataset.worker).catch(() => {}));

watchIslands();
export { htmx, say };
