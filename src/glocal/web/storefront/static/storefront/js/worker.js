// The shop without a connection. SHOP and VERSION come from the page that imports this: one worker a market and language.
// Kept are: the offline page with its files, and pages that the server marked for their owner. Nothing else, never prices.
const SHELL = `shell${SHOP.prefix}-${VERSION}`;
const MINE = "mine-";
const LAST_ORDERS = 3;
let wipes = 0; // what was under way when somebody signed out must not be kept after it

addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(SHELL)
      .then((cache) => cache.addAll([new Request(SHOP.offline, { credentials: "omit", cache: "reload" }), ...SHOP.files]))
      .then(() => skipWaiting()),
  );
});

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await forget((name) => name.startsWith(`shell${SHOP.prefix}-`) && name !== SHELL);
      await registration.navigationPreload?.enable();
      await clients.claim();
    })(),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (ends(pathname, "sign-out") || ends(pathname, "sign-in")) event.waitUntil(forgetMine());
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (SHOP.files.includes(pathname)) event.respondWith(caches.match(pathname).then((found) => found ?? fetch(request)));
});

const ends = (pathname, name) => pathname.startsWith(`${SHOP.prefix}/`) && pathname.endsWith(`/${name}`);

function forgetMine() {
  wipes += 1;
  return forget((name) => name.startsWith(MINE));
}

async function forget(wanted) {
  for (const name of await caches.keys()) if (wanted(name)) await caches.delete(name);
}

async function page(event) {
  const { request } = event;
  const before = wipes;
  const sent = request.method === "POST" ? request.clone() : null;
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(request));
    event.waitUntil(keep(new URL(request.url).pathname, answer.clone(), before));
    return answer;
  } catch {
    return sent ? sendAgain(sent) : without(new URL(request.url).pathname);
  }
}

// By path: what stands behind the question mark of an order's address is its key.
async function keep(pathname, answer, before) {
  const owner = answer.headers.get("Offline-For");
  if (!owner || !answer.ok || wipes !== before) return;
  const name = MINE + owner;
  await forget((other) => other.startsWith(MINE) && other !== name);
  const cache = await caches.open(name);
  const text = await answer.clone().text();
  await cache.put(pathname, answer);
  await keepOrders(cache, owner, pathname, text, before);
  if (wipes !== before) await forget((other) => other === name);
}

async function keepOrders(cache, owner, pathname, text, before) {
  if (pathname !== `${SHOP.prefix}/account` || navigator.connection?.saveData) return;
  const orders = new Set([...text.matchAll(/href="([^"]*\/orders\/[^"]+)"/g)].map((found) => found[1].replaceAll("&amp;", "&")));
  for (const address of [...orders].slice(0, LAST_ORDERS)) {
    const order = await fetch(address);
    const { pathname: path } = new URL(address, location.origin);
    if (order.ok && order.headers.get("Offline-For") === owner && wipes === before) await cache.put(path, order);
  }
}

async function without(pathname) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(MINE) && (await (await caches.open(name)).match(pathname));
    if (found) return found;
  }
  return offline((html) => html);
}

// The same form again with the same key, so that whatever arrived the first time is not done twice.
async function sendAgain(request) {
  const form = await request.formData();
  const fields = [...form].filter(([, value]) => typeof value === "string");
  const inputs = fields.map(([name, value]) => `<input type="hidden" name="${safe(name)}" value="${safe(value)}">`).join("");
  const action = safe(new URL(request.url).pathname);
  return offline((html) => html.replace(" hidden data-again", ` action="${action}"`).replace("<!--again-->", () => inputs));
}

const safe = (text) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

async function offline(change) {
  const kept = await caches.match(SHOP.offline);
  let html = change(await kept.text());
  const choice = (await self.cookieStore?.get("scheme"))?.value;
  for (const of of choice ? ["light", "dark"] : []) html = html.replaceAll(`media="(prefers-color-scheme: ${of})"`, `media="${of === choice ? "all" : "not all"}"`);
  const names = await caches.keys();
  if (names.some((name) => name.startsWith(MINE))) html = html.replace(" hidden data-mine", " data-mine");
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": kept.headers.get("Content-Security-Policy") } });
}
