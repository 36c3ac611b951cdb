// Suggestions under a search box: the combobox pattern with a list, which the arrows walk while the caret stays.
const WAIT_MS = 120;
let lists = 0;

export function enliven(form) {
  if (form.dataset.enlivened) return;
  form.dataset.enlivened = "1";
  const input = form.elements.q;
  const list = document.createElement("ul");
  list.className = "hints";
  list.id = `hints-${(lists += 1)}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.hintsName);
  form.append(list);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", list.id],
  ]) input.setAttribute(name, value);

  let timer;
  let asked;
  let at = -1;
  const options = () => [...list.children];

  function show(isShown) {
    list.hidden = !isShown;
    input.setAttribute("aria-expanded", String(isShown));
    if (!isShown) point(-1);
  }

  function point(to) {
    at = to;
    options().forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    const option = options()[at];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const typed = input.value.trim();
    if (!typed) return show(false);
    try {
      const answer = await fetch(`${form.dataset.hints}?${new URLSearchParams({ q: typed })}`, { signal: asked.signal });
      if (!answer.ok) return show(false);
      list.innerHTML = await answer.text();
      options().forEach((option) => (option.id = `${list.id}-${option.id}`));
      at = -1;
      input.removeAttribute("aria-activedescendant");
      show(list.childElementCount > 0 && document.activeElement === input);
    } catch (fault) {
      if (fault.name !== "AbortError") show(false); // without a connection one can still type and send
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the arrows belong to the input method
    const count = options().length;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      clearTimeout(timer); // a late answer must not move what is being chosen
      asked?.abort();
      if (list.hidden) show(true);
      // Past either end lies the box itself, place -1.
      point(event.key === "ArrowDown" ? (at + 1 < count ? at + 1 : -1) : at < 0 ? count - 1 : at - 1);
    } else if (event.key === "Enter" && !list.hidden && options()[at]) {
      event.preventDefault();
      location.assign(options()[at].dataset.href);
    }
  });
  input.addEventListener("blur", () => show(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the caret stays, so the list does too
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
}
