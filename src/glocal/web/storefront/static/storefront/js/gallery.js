// A product's pictures: thumbnails that move the row, enlarging in a dialog, and a turn whose frames load when asked for.
const MOST = 4;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function mount(gallery) {
  const track = gallery.querySelector(".gallery__track");
  gallery.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const thumb = event.target.closest(".thumb"), picture = event.target.closest("[data-zoom]");
    if (thumb) show(track, track.querySelector(thumb.hash));
    else if (picture) enlarge(gallery, picture);
    else return;
    event.preventDefault();
  });
  markThumbs(gallery, track);
  const spin = gallery.querySelector("[data-spin]");
  if (spin) offerTurn(spin);
}

function show(track, slide) {
  const from = track.getBoundingClientRect(), to = slide.getBoundingClientRect();
  track.scrollBy({ left: to.left + to.width / 2 - from.left - from.width / 2, behavior: still.matches ? "auto" : "smooth" });
}

function markThumbs(gallery, track) {
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const thumb = gallery.querySelector(`.thumb[href="#${target.id}"]`);
      if (isIntersecting) thumb?.setAttribute("aria-current", "true");
      else thumb?.removeAttribute("aria-current");
    }
  }, { root: track, threshold: .6 });
  for (const slide of track.children) seen.observe(slide);
}

// The dialog's room scrolls by itself, so arrow keys, wheel and finger move an enlarged picture as any page.
function enlarge(gallery, link) {
  const box = gallery.querySelector("template").content.firstElementChild.cloneNode(true);
  const room = box.querySelector(".zoom__room"), level = box.querySelector(".zoom__level");
  const picture = link.querySelector("picture").cloneNode(true);
  for (const source of picture.children) source.sizes = "2160px";
  picture.querySelector("img").loading = "eager";
  room.append(picture);
  let size = 1, grip = 0, held = null;

  function scale(wanted, x = room.clientWidth / 2, y = room.clientHeight / 2) {
    const next = Math.min(MOST, Math.max(1, wanted)), by = next / size;
    const left = (room.scrollLeft + x) * by - x, top = (room.scrollTop + y) * by - y;
    size = next;
    room.style.setProperty("--zoom", size);
    room.scrollTo(left, top);
    level.value = `${Math.round(size * 100)} %`;
  }
  function at(event, act) {
    const edge = room.getBoundingClientRect();
    act(event.clientX - edge.left, event.clientY - edge.top);
  }

  box.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button && "shut" in button.dataset) box.close();
    else if (button) scale(size * button.dataset.by);
  });
  box.addEventListener("keydown", (event) => {
    const wanted = { "+": size * 1.5, "=": size * 1.5, "-": size / 1.5, 0: 1 }[event.key];
    if (wanted === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    scale(wanted);
  });
  room.addEventListener("dblclick", (event) => at(event, (x, y) => scale(size > 1 ? 1 : 2.25, x, y)));
  room.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    at(event, (x, y) => scale(size * Math.exp(-event.deltaY / 200), x, y));
  }, { passive: false });
  room.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    const [a, b] = event.touches, apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const middle = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
    if (grip) at(middle, (x, y) => scale((size * apart) / grip, x, y));
    grip = apart;
  }, { passive: false });
  room.addEventListener("touchend", () => { grip = 0; });
  room.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || size === 1) return;
    event.preventDefault();
    room.focus();
    room.setPointerCapture(event.pointerId);
    held = event;
  });
  room.addEventListener("pointermove", (event) => {
    if (!held) return;
    room.scrollBy(held.clientX - event.clientX, held.clientY - event.clientY);
    held = event;
  });
  room.addEventListener("pointerup", () => { held = null; });
  box.addEventListener("close", () => box.remove());

  document.body.append(box);
  box.showModal();
  room.focus();
}

function offerTurn(spin) {
  const start = spin.querySelector(".spin__start");
  start.hidden = false;
  start.addEventListener("click", async () => {
    start.setAttribute("aria-disabled", "true");
    spin.setAttribute("aria-busy", "true");
    try {
      await turn(spin, await load(spin));
      start.remove();
    } catch {
      (await import("glocal/shop")).say(document.documentElement.dataset.offline);
      start.removeAttribute("aria-disabled");
    }
    spin.removeAttribute("aria-busy");
  });
}

// All frames are fetched before the first move, in the format that the browser chose for the one it shows.
async function load(spin) {
  const response = await fetch(spin.dataset.spin);
  if (!response.ok) throw new Error(response.statusText);
  const found = await response.json();
  const format = spin.querySelector("img").currentSrc.endsWith(".avif") ? "avif" : "jpeg";
  return Promise.all(found[format].map(async (address) => {
    const frame = new Image();
    frame.src = address;
    await frame.decode();
    return frame.src;
  }));
}

function turn(spin, frames) {
  const frame = spin.querySelector(".frame"), slider = spin.querySelector(".spin__slider");
  const image = frame.querySelector("img");
  for (const source of frame.querySelectorAll("source")) source.remove();
  image.removeAttribute("srcset");
  let held = null, showing = 0;

  function show(number) {
    showing = ((number % frames.length) + frames.length) % frames.length;
    image.src = frames[showing];
    slider.value = showing + 1;
  }
  slider.max = frames.length;
  slider.hidden = false;
  slider.addEventListener("input", () => show(slider.value - 1));
  slider.addEventListener("keydown", (event) => {  // a turn has no end
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(showing + step);
  });
  frame.addEventListener("pointerdown", (event) => {
    frame.setPointerCapture(event.pointerId);
    held = { x: event.clientX, from: showing };
  });
  frame.addEventListener("pointermove", ({ clientX }) => {
    if (held) show(held.from + Math.round(((held.x - clientX) / frame.clientWidth) * frames.length));
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => { held = null; });
  spin.classList.add("spin--live");
  show(0);
  slider.focus({ preventScroll: true });
  if (!still.matches) turnOnce(frames.length, show);
}

// One turn by itself shows what dragging does; whoever touches it has understood.
function turnOnce(count, show) {
  let number = 0;
  const timer = setInterval(() => {
    number += 1;
    show(number);
    if (number >= count) clearInterval(timer);
  }, 60);
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => clearInterval(timer), { once: true });
}
