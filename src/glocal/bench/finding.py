"""`search`: search, suggestion, category and product pages over many offers, beside the same statements alone.

The goods are made by the database itself, in constant memory, into catalog's tables: two variants a product, five
markets, words drawn so that some are in half of the products and most in a few. What a page asks is caught once, and
asked again without the page around it and with nothing kept: that is its limit.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from glocal.bench.load import Client, drive
from glocal.bench.meter import SERVER, Latency, read
from glocal.bench.report import note, say
from glocal.bench.stage import Stage, stage

VARIANTS = 2
MARKETS = {"US": "USD", "TH": "THB", "SG": "SGD", "GB": "GBP", "AE": "AED"}
CLIENTS = 1
REQUESTS = 300
FEW = 1_000
NOUNS = [
    "mug",
    "lamp",
    "scarf",
    "belt",
    "serum",
    "cream",
    "lipstick",
    "candle",
    "towel",
    "vase",
    "tray",
    "cushion",
    "bowl",
    "mirror",
    "basket",
    "planter",
    "tote",
    "cap",
    "sneakers",
    "sandals",
    "watch",
    "umbrella",
    "socks",
    "speaker",
    "keyboard",
    "mouse",
    "charger",
    "cable",
    "headphones",
    "microphone",
    "clock",
    "fan",
]
KINDS = [
    "linen",
    "cotton",
    "silk",
    "walnut",
    "oak",
    "ceramic",
    "stoneware",
    "copper",
    "brass",
    "leather",
    "canvas",
    "wool",
    "velvet",
    "bamboo",
    "rattan",
    "glass",
    "marble",
    "ribbed",
    "striped",
    "woven",
    "glazed",
    "matte",
    "brushed",
    "folded",
    "quilted",
    "coral",
    "amber",
    "indigo",
    "ivory",
    "olive",
    "teal",
    "saffron",
    "crimson",
    "slate",
]
_TOP = """
INSERT INTO catalog_category (id, path, name, position)
SELECT md5('c' || path)::uuid, path, jsonb_build_object('en', initcap(replace(path, 'bench/', ''))), 0
FROM unnest(%(paths)s::text[]) AS path ON CONFLICT (path) DO NOTHING
"""
# Documents made here follow rules of their own, newer than any: no job makes them anew.
# A word's place in its list is drawn with a power of a random number, so that the first are common and the last rare.
_PRODUCTS = """
INSERT INTO catalog_product (id, external_source, external_id, slug, status, category_id, title, summary, description,
  attributes, hs_code, origin, gallery, picture_ids, pictures_ready, tokens, search, search_version,
  created_at, updated_at)
SELECT md5('p' || n)::uuid, 'bench', n::text, 'find-' || n, 'active', md5('cbench/' || noun)::uuid,
  jsonb_build_object('en', title), jsonb_build_object('en', 'A ' || title || ' for every day.'),
  jsonb_build_object('en', repeat('It is made with care and lasts. ', 6)), '{{}}', '691200', 'CN', '[]', '{{}}', true,
  ARRAY['c=bench', 'c=bench/' || noun, 'brand=' || maker],
  setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', maker || ' ' || noun), 'B') ||
  setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', 'a ' || title || ' for every day'),
  'C') || setweight(to_tsvector('english', 'It is made with care and lasts.'), 'D'), 32767, now(), now()
FROM (
  SELECT n, noun, maker, initcap(kind || ' ' || other || ' ' || noun || ' ' || maker) AS title
  FROM (
    SELECT n, (%(nouns)s::text[])[1 + n %% {nouns}] AS noun,
           (%(kinds)s::text[])[1 + floor({kinds} * power(hash(n, 1), 3))::int] AS kind,
           (%(kinds)s::text[])[1 + floor({kinds} * power(hash(n, 2), 2))::int] AS other,
           (%(makers)s::text[])[1 + floor({makers} * hash(n, 3))::int] AS maker
    FROM generate_series(%(first)s::int, %(last)s::int) AS n
  ) AS drawn
) AS made
"""
_VARIANTS = """
INSERT INTO catalog_variant (id, product_id, sku, options, weight_g, position, active, in_stock)
SELECT md5('v' || n || ':' || k)::uuid, md5('p' || n)::uuid, 'FIND-' || n || '-' || k, '{}', 300, k, true, n %% 20 > 0
FROM generate_series(%(first)s::int, %(last)s::int) AS n, generate_series(1, %(variants)s::int) AS k
"""
_OFFERS = """
INSERT INTO catalog_offer (id, variant_id, market, price_minor, currency, visible, updated_at)
SELECT md5('o' || n || ':' || k || market)::uuid, md5('v' || n || ':' || k)::uuid, market, 1000 + n %% 90 * 100,
  currency, true, now()
FROM generate_series(%(first)s::int, %(last)s::int) AS n, generate_series(1, %(variants)s::int) AS k,
     unnest(%(markets)s::text[], %(currencies)s::text[]) AS place(market, currency)
"""
_LISTINGS = """
INSERT INTO catalog_listing (id, product_id, market, visible, position, sold_count, popularity, listed_at, live,
  in_stock, from_minor, from_price, currency, all_in_estimate, shelf_id, tokens)
SELECT md5('l' || product.id || market)::uuid, product.id, market, true, 0, sold, sold, now(), true, n %% 20 > 0,
  1000 + n %% 90 * 100, false, currency, false, product.category_id,
  ARRAY['m=' || market, 'c=' || market || '/bench', 'c=' || market || '/' || substr(product.tokens[2], 3),
        product.tokens[3]]
FROM generate_series(%(first)s::int, %(last)s::int) AS n
JOIN catalog_product AS product ON product.id = md5('p' || n)::uuid,
  unnest(%(markets)s::text[], %(currencies)s::text[]) AS place(market, currency),
  LATERAL (SELECT floor(2000 * power(hash(n, 4), 8))::int AS sold) AS sales
"""
# What a job would find: others of the same noun, which stand on the same shelf.
_COMPANIONS = """
INSERT INTO catalog_companion (product_id, alike, reasons, made_at)
SELECT md5('p' || n)::uuid, ARRAY(
  SELECT md5('p' || (1 + (n + k * {nouns} - 1) %% greatest(%(last)s::int, {nouns})))::uuid
  FROM generate_series(1, 16) AS k
), '{{shelf}}', now()
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
_HASH = "(('x' || substr(md5(n || '/{k}'), 1, 8))::bit(32)::bigint / 4294967296.0)"
_STEP = 20_000


def fill(first: int, last: int) -> None:
    """Make products ``first`` to ``last`` with their variants, offers and listings, 20,000 a transaction."""
    from django.db import connection, transaction

    makers = [f"{a}{b}" for a in ("nor", "vel", "tam", "osk", "lir", "bel") for b in ("do", "ra", "mi", "ven")]
    given: dict[str, Any] = {
        "paths": ["bench", *(f"bench/{noun}" for noun in NOUNS)],
        "nouns": NOUNS,
        "kinds": KINDS,
        "makers": makers,
        "markets": list(MARKETS),
        "currencies": list(MARKETS.values()),
        "variants": VARIANTS,
    }
    sizes = {"nouns": len(NOUNS), "kinds": len(KINDS), "makers": len(makers)}
    made, beside = _PRODUCTS.format(**sizes), _COMPANIONS.format(**sizes)
    for start in range(first, last + 1, _STEP):
        given |= {"first": start, "last": min(start + _STEP - 1, last)}
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (_TOP, made, _VARIANTS, _OFFERS, _LISTINGS, beside):
                for k in range(1, 5):
                    statement = statement.replace(f"hash(n, {k})", _HASH.format(k=k))
                cursor.execute(statement, given)
        note(f"{given['last']} of {last} products")


def _settle() -> None:
    """Let the jobs that choose best sellers and count shelves run, and PostgreSQL know what is there."""
    from django.db import connection

    from glocal.content.catalog import facade as catalog

    catalog.choose_head()
    catalog.count_shelves(all_of_them=True)
    with connection.cursor() as cursor:
        for table in ("category", "product", "variant", "offer", "listing"):
            cursor.execute(f"VACUUM ANALYZE catalog_{table}")


def paths(products: int) -> dict[str, Callable[[], str]]:
    """An address of each kind of page, another one each time."""
    draw = random.Random(7)

    def words() -> str:
        made = [draw.choice(KINDS[: draw.choice((6, 36))]), draw.choice(NOUNS)][draw.choice((0, 0, 1)) :]
        kind = draw.random()
        if kind < 0.2:  # a slip: two letters swapped
            word = made[-1]
            at = draw.randrange(1, len(word) - 1)
            made[-1] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        elif kind < 0.3:
            made.insert(0, draw.choice(("purple", "kids", "cheap")))
        return quote(" ".join(made))

    return {
        "search": lambda: f"/en-US/search?q={words()}&page={draw.randint(1, 3)}",
        "suggestion": lambda: f"/en-US/search/suggestions?q={quote(draw.choice(KINDS + NOUNS)[: draw.randint(2, 6)])}",
        "category": lambda: f"/en-US/c/bench/{draw.choice(NOUNS)}?page={draw.randint(1, 20)}",
        "product": lambda: f"/en-US/p/find-{draw.randint(1, products)}",
    }


def speed(offers: int) -> None:
    """Fill the shop, first with a thousand offers; print each page's figures beside those of its statements alone."""
    products = max(1, offers // (VARIANTS * len(MARKETS)))
    few = min(products, FEW // (VARIANTS * len(MARKETS)))
    with stage() as place:
        from django.core.management import call_command

        from glocal.content.search import facade as search
        from glocal.platform.kernel.cache import clear_all

        call_command("load_reference")
        fill(1, few)
        _settle()
        search.rebuild()
        before = {name: _most_statements(place, path) for name, path in paths(few).items()}
        begun = time.perf_counter()
        fill(few + 1, products)
        _settle()
        search.rebuild()
        clear_all()
        say("search", "offers", products * VARIANTS * len(MARKETS), "1")
        say("search", "products", products, "1")
        say("search", "fill", time.perf_counter() - begun, "s")
        for name, path in paths(products).items():
            _measure(place, name, path, paths(products)[name], before[name])


def _measure(place: Stage, name: str, path: Callable[[], str], again: Callable[[], str], before: int) -> None:
    """``again`` draws the addresses with which the statements of the small shop were counted, ``before`` at most."""
    asked = [path() for _ in range(REQUESTS)]

    def operation(client: Client, number: int) -> str:
        return str(client.request("GET", asked[number % REQUESTS], headers={"Accept-Encoding": "gzip"})[0])

    drive(place.url, operation, clients=CLIENTS, numbers=iter(range(20)))
    begun = read(place)
    outcome = drive(place.url, operation, clients=CLIENTS, numbers=iter(range(20, REQUESTS)))
    spent = read(place).since(begun)
    if set(outcome.results) != {"200"}:
        raise SystemExit(f"{name} pages did not all answer 200: {outcome.results}")
    bare = Latency.of(_bare(place, asked[20:]))
    latency = Latency.of(outcome.seconds)
    say("search", f"{name}_p50", latency.p50, "ms", bare.p50)
    say("search", f"{name}_p95", latency.p95, "ms", bare.p95)
    say("search", f"{name}_cpu_server", sum(spent[part] for part in SERVER) / outcome.count * 1000, "ms/op")
    say("search", f"{name}_cpu_database", spent["postgres"] / outcome.count * 1000, "ms/op")
    say("search", f"{name}_statements_most", _most_statements(place, again), "1/op", before)


@contextmanager
def _listening() -> Iterator[list[tuple[str, Any]]]:
    from django.db import connection

    heard: list[tuple[str, Any]] = []

    def note_statement(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        heard.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note_statement):
        yield heard


def _statements_of(place: Stage, paths: Sequence[str]) -> Iterator[list[tuple[str, Any]]]:
    """What each page asks of the database, with nothing kept but the labels and trees every page shares."""
    from django.test import Client as Browser

    from glocal.platform.kernel.cache import clear_all

    browser = Browser(headers={"host": urlsplit(place.url).netloc})
    for path in paths:
        clear_all()
        browser.get("/en-US/places")
        with _listening() as heard:
            browser.get(path)
        yield heard


def _bare(place: Stage, paths: Sequence[str]) -> list[float]:
    """Seconds of each page's reading statements alone, one after the other."""
    from django.db import connection

    spent = []
    for heard in _statements_of(place, paths):
        reading = [(sql, params) for sql, params in heard if sql.lstrip().startswith(("SELECT", "WITH"))]
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            for sql, params in reading:
                cursor.execute(sql, params)
                cursor.fetchall()
        spent.append(time.perf_counter() - begun)
    return spent


def _most_statements(place: Stage, path: Callable[[], str]) -> int:
    return max(len(heard) for heard in _statements_of(place, [path() for _ in range(40)]))
