// Keyboard and menu; every page works without.
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");
const find = document.querySelector("[data-find]");
const menu = document.querySelector("[data-menu]");

menu?.addEventListener("click", () => {
  const open = menu.getAttribute("aria-expanded") !== "true";
  menu.setAttribute("aria-expanded", String(open));
});

const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] li")];
let at = -1;

function move(step) {
  const all = rows();
  if (!all.length) return;
  at = Math.min(Math.max(at + step, 0), all.length - 1);
  all.forEach((row, index) => row.classList.toggle("is-at", index === at));
  all[at].querySelector("a")?.focus({ preventScroll: true });
  all[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if ((event.metaKey || event.ctrlKey) && event.key === "k") {
    event.preventDefault();
    find?.select();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "Escape") {
    document.querySelectorAll("details.filter[open]").forEach((open) => open.removeAttribute("open"));
    if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target)) return;
  if (event.key === "/") {
    event.preventDefault();
    find?.select();
  } else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "n") document.querySelector("a[rel=next]")?.click();
  else if (event.key === "p") document.querySelector("a[rel=prev]")?.click();
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.filter[open]").forEach((open) => {
    if (!open.contains(event.target)) open.removeAttribute("open");
  });
});

// One press is one step: a second press of the same button waits for the answer.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});

// A page that comes back out of the browser's memory may be sent again.
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
});
