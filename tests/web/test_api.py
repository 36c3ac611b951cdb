"""The open API as programs meet it, over the whole stack of middlewares."""

from uuid import uuid4

import pytest

from glocal.content.search import facade as search
from glocal.platform.audit import facade as audit
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel.ids import uuid7
from glocal.supply.shipping import facade as shipping
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.orders import facade as orders
from glocal.transaction.orders.models import Order
from glocal.transaction.payments import facade as payments
from glocal.transaction.payments.types import ProviderState
from glocal.web import api as door
from tests.factories.api import Caller, code_of, files, token
from tests.factories.catalog import make_product
from tests.factories.inventory import free
from tests.factories.sale import SAN_FRANCISCO, open_shop, request_for, sell, wanted
from tests.platform.accounts.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop(db):
    open_shop()


@pytest.fixture
def caller():
    return Caller()


def purchase(caller, variant_id, quantity=1, **changes):
    lines = [{"variant_id": str(variant_id), "quantity": quantity}]
    place = SAN_FRANCISCO | {"country": "US"}
    quoted = caller.post("/quotes", {"market": "US", "lines": lines, "address": place})
    assert quoted.status_code == 200, quoted.content
    return {
        "market": "US",
        "email": "ada@example.com",
        "address": place,
        "lines": lines,
        "delivery": quoted.json()["delivery"]["code"],
        "expected_total_minor": quoted.json()["total"]["minor"],
        "start_payment": False,
    } | changes


def paid_order(market="US", variant_id=None, units=2):
    bought = checkout.buy(request_for(wanted(variant_id or sell(10), units)))
    amount = payments.payment(bought.payment_id).amount
    payments.apply(bought.payment_id, ProviderState("captured", amount, captured=amount.minor, reference="pay_1"))
    drain()
    return orders.order_by_id(bought.order_id)


# Shoppers


def test_a_program_finds_a_product_with_its_landed_price(caller):
    variant_id = sell(10, title={"en": "Silk scarf", "th": "ผ้าพันคอไหม"}, category="fashion/scarves")
    checkout.refresh_landed([*_products(variant_id)])
    page = caller.get("/products?market=US&q=scarf").json()
    assert (page["total"], page["items"][0]["title"]) == (1, "Silk scarf")
    assert page["items"][0]["price"] == {"minor": 1999, "currency": "USD", "amount": "19.99"}
    slug = page["items"][0]["slug"]
    assert caller.get(f"/products/{slug}?market=TH&language=th").json()["title"] == "ผ้าพันคอไหม"
    variant = caller.get(f"/products/{slug}?market=US").json()["variants"][0]
    assert variant["id"] == str(variant_id)
    landed = variant["landed"]
    assert landed["total"] == landed["goods"] + landed["shipping"] + landed["tax"] + landed["duty"] + landed["fees"]
    tree = caller.get("/categories?market=US").json()
    assert (tree[0]["path"], tree[0]["children"][0]["path"]) == ("fashion", "fashion/scarves")


def test_a_program_finds_what_a_shopper_finds():
    make_product(title={"en": "Mushroom Lamp"}, slug="lamp", brand="Yunlark")
    make_product(title={"en": "Trainers Cloud"}, slug="trainers")
    search.rebuild()
    search.save_synonym(language="en", phrases=["trainers", "sneakers"], actor_id=None)

    def found(words):
        answer = Caller().get(f"/products?market=US&q={words}").json()
        return answer["how"], answer["taken_for"], [card["slug"] for card in answer["items"] or answer["others"]]

    assert found("mushrom") == ("mended", "mushroom", ["lamp"])
    assert found("sneakers") == ("typed", "", ["trainers"])
    assert found("purple%20mushroom") == ("nearest", "", ["lamp"])
    how, _, shown = found("%21%21")
    assert how == "nothing"
    assert {"lamp", "trainers"} <= set(shown)
    assert Caller().get("/products?market=US&q=lamp&category=none").status_code == 404


def _products(variant_id):
    from glocal.content.catalog import facade as catalog

    return catalog.products_of([variant_id])


def test_lists_are_paged_without_gaps_or_repeats(caller):
    for _ in range(5):
        sell(1)
    pages = [caller.get(f"/products?market=US&sort=new&size=2&page={number}").json() for number in (1, 2, 3)]
    seen = [item["product_id"] for page in pages for item in page["items"]]
    assert (len(seen), len(set(seen)), pages[0]["total"], pages[0]["pages"]) == (5, 5, 5, 3)


def test_markets_and_their_address_forms(caller):
    listed = {market["code"]: market for market in caller.get("/markets").json()}
    assert (len(listed), listed["AE"]["currency"]) == (15, "AED")
    form = {field["name"]: field for field in caller.get("/markets/US/address-form").json()}
    assert form["postcode"]["required"]
    assert "CA" in form["region"]["choices"]
    assert code_of(caller.get("/markets/ZZ/address-form")) == (404, "unknown_market")


def test_a_cart_is_filled_changed_seen_and_emptied(caller):
    variant_id = sell(10)
    line = f"/cart/lines/{variant_id}"
    for quantity in (2, 3, 3):  # setting it twice is setting it
        assert caller("PUT", line, {"market": "US", "quantity": quantity}).status_code == 204
    cart = caller.get("/cart?market=US").json()
    assert (cart["count"], cart["lines"][0]["quantity"]) == (3, 3)
    totals, whole = cart["quote"]["totals"], cart["quote"]["total"]["minor"]
    assert whole == sum(totals[part]["minor"] for part in ("goods", "shipping", "tax_added", "duty", "fees"))
    assert caller("DELETE", line).status_code == 204
    assert caller.get("/cart?market=US").json()["count"] == 0


def test_another_persons_cart_cannot_be_seen_or_changed(caller):
    variant_id, other = sell(10), Caller()
    caller("PUT", f"/cart/lines/{variant_id}", {"market": "US", "quantity": 2})
    assert other.get("/cart?market=US").json()["count"] == 0
    assert other("DELETE", f"/cart/lines/{variant_id}").status_code == 204
    assert caller.get("/cart?market=US").json()["count"] == 2


@pytest.mark.parametrize("visitor", ["", "me", "1234"])
def test_a_cart_needs_a_visitor(visitor):
    assert code_of(Caller(visitor=visitor).get("/cart?market=US")) == (422, "visitor_needed")


def test_a_purchase_is_placed_once_and_its_order_opens_with_its_token(caller):
    variant_id = sell(10)
    body, key = purchase(caller, variant_id, 2), str(uuid4())
    first, again = caller.post("/orders", body, key=key), caller.post("/orders", body, key=key)
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    assert (Order.objects.count(), free(variant_id)) == (1, 8)
    bought = first.json()
    seen = caller.get(f"/orders/{bought['number']}?token={bought['token']}").json()
    assert (seen["status"], seen["total"]["minor"]) == ("placed", body["expected_total_minor"])


def test_the_key_of_a_purchase_is_good_for_that_purchase_only(caller):
    variant_id = sell(10)
    body, key = purchase(caller, variant_id), str(uuid4())
    number = caller.post("/orders", body, key=key).json()["number"]
    for other in (purchase(caller, variant_id, 2), body | {"email": "eve@example.com"}):
        answer = caller.post("/orders", other, key=key)
        assert code_of(answer) == (409, "idempotency_key_reused")
        assert number in answer.json()["title"]
    assert (Order.objects.count(), free(variant_id)) == (1, 9)
    assert Caller().post("/orders", body, key=key).status_code == 201  # somebody else's key is another key


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"market": "ZZ"}, 404, "unknown_market", None),
        ({"expected_total_minor": 1}, 409, "total_changed", "expected_total_minor"),
        ({"email": "nobody"}, 422, "bad_email", "email"),
        ({"method": "cheque"}, 422, "unknown_method", "method"),
        ({"delivery": "by-balloon"}, 422, "unknown_delivery", None),
        ({"lines": []}, 422, "cart_empty", None),
        ({"lines": None}, 422, "cart_empty", None),
        ({"lines": [{"variant_id": "00000000-0000-0000-0000-000000000000"}]}, 422, "not_for_sale", None),
        (
            {"address": SAN_FRANCISCO | {"country": "US", "postcode": "ABC"}},
            422,
            "postcode_malformed",
            "address.postcode",
        ),
        ({"address": SAN_FRANCISCO | {"country": "XX"}}, 422, "unknown_country", None),
        ({"language": "tlh"}, 422, "invalid", "language"),
        ({"expected_total_minor": 10**30}, 422, "invalid", "expected_total_minor"),
        ({"return_url": "javascript:alert(1)"}, 422, "invalid", "return_url"),
        ({"email": "a\0@example.com"}, 422, "invalid", "email"),
    ],
)
def test_a_purchase_that_cannot_be_says_which_field_and_keeps_nothing(caller, change, status, code, field):
    variant_id = sell(10)
    answer = caller.post("/orders", purchase(caller, variant_id, **change))
    assert code_of(answer) == (status, code)
    if field:
        assert answer.json()["errors"][0]["field"] == field
        assert answer.json()["errors"][0]["text"]
    assert (Order.objects.count(), free(variant_id)) == (0, 10)


def test_a_changed_total_is_told_in_numbers_as_well(caller):
    body = purchase(caller, sell(10))
    total = body["expected_total_minor"]
    refused = caller.post("/orders", body | {"expected_total_minor": total - 1})
    assert code_of(refused) == (409, "total_changed")
    assert (refused.json()["total"]["minor"], refused.json()["total"]["currency"]) == (total, "USD")
    assert caller.post("/orders", body | {"expected_total_minor": refused.json()["total"]["minor"]}).status_code == 201


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**30, "many", None])
def test_a_quantity_that_is_none_is_refused(caller, quantity):
    answer = caller.post("/quotes", {"market": "US", "lines": [{"variant_id": str(sell(1)), "quantity": quantity}]})
    assert code_of(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == "lines.0.quantity"


def test_more_than_there_is_says_so(caller):
    variant_id = sell(3)
    answer = caller.post("/quotes", {"market": "US", "lines": [{"variant_id": str(variant_id), "quantity": 4}]})
    assert code_of(answer) == (409, "sold_out")
    assert "3" in answer.json()["title"]
    assert (answer.json()["available"], answer.json()["variant_id"]) == (3, str(variant_id))


# Addresses


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v2/products", "/api/v1/orders/", "/hooks/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_problem_and_no_page(caller, path, method):
    answer = caller.client.generic(method, path)
    assert code_of(answer) == (404, "no_such_address")


def test_an_unknown_address_is_told_in_the_callers_language(caller):
    english, thai = (caller.client.get("/api/v1/nothing", headers={"Accept-Language": code}) for code in ("en", "th"))
    assert english.json()["title"] == "There is nothing at this address."
    assert thai.json()["title"] != english.json()["title"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/products", {"GET"}),
        ("PATCH", "/orders", {"POST"}),
        ("GET", "/cart/lines/01a204fc-98ac-762f-9fab-cfbfe6c7ed8d", {"PUT", "DELETE"}),
    ],
)
def test_a_wrong_method_is_a_problem_that_names_the_right_ones(caller, method, path, allowed):
    answer = caller(method, path)
    assert code_of(answer) == (405, "method_not_allowed")
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == allowed


def test_each_call_has_a_name_of_its_own_that_says_nothing_of_our_modules():
    named = [
        operation["operationId"]
        for methods in door.api.get_openapi_schema(path_prefix="")["paths"].values()
        for operation in methods.values()
    ]
    assert len(set(named)) == len(named)
    assert {"create_order", "list_products", "get_order", "list_markets", "receive_stock"} <= set(named)
    assert not [name for name in named if "glocal" in name or "endpoints" in name]


def test_orders_of_others_and_orders_there_are_not_look_the_same(caller):
    bought = caller.post("/orders", purchase(caller, sell(10))).json()
    someone = make_person()
    answers = [
        caller.get(f"/orders/{bought['number']}"),
        caller.get(f"/orders/{bought['number']}?token=guess"),
        caller.get("/orders/NONE-0000?token=guess"),
        Caller(token("orders:read", person_id=someone.pk)).get(f"/orders/{bought['number']}"),
        Caller(token("orders:read")).get(f"/orders/{bought['number']}"),
    ]
    assert {code_of(answer) for answer in answers} == {(404, "order_not_found")}
    assert len({answer.content for answer in answers}) == 1


def test_a_persons_own_token_opens_their_orders_only_with_the_scope(caller):
    person = make_person()
    shopper = Caller(token("orders:read", "orders:write", person_id=person.pk))
    number = shopper.post("/orders", purchase(shopper, sell(10))).json()["number"]
    assert shopper.get(f"/orders/{number}").status_code == 200
    narrow = Caller(token("stock:read", person_id=person.pk))
    assert code_of(narrow.get(f"/orders/{number}")) == (404, "order_not_found")


# Errors in the caller's words


@pytest.mark.parametrize(("language", "word"), [("th", "ตลาด"), ("zh-Hans", "市场"), ("ar", "سوق")])
def test_problems_speak_the_callers_language(language, word):
    english = Caller().get("/products?market=ZZ").json()["title"]
    spoken = Caller(language=language).get("/products?market=ZZ").json()["title"]
    assert spoken != english
    assert word in spoken


def test_malformed_fields_are_named_and_explained_in_the_callers_language():
    texts = {}
    for language in ("en", "th"):
        answer = Caller(language=language).post("/quotes", {"market": "US", "lines": [{"variant_id": "x"}]})
        assert code_of(answer) == (422, "invalid")
        (fault,) = answer.json()["errors"]
        assert (fault["field"], fault["code"]) == ("lines.0.variant_id", "uuid_parsing")
        texts[language] = fault["text"]
    assert texts["en"] == "This must be a UUID."
    assert texts["th"] != texts["en"]


@pytest.mark.parametrize("body", ["", "{", '"', "[" * 5000, '{"market": ' + "9" * 5000 + "}", "\xff\xfe"])
def test_a_body_that_is_no_json_is_refused(caller, body):
    status, _ = code_of(caller("POST", "/quotes", body))
    assert status in {400, 422}


@pytest.mark.parametrize(
    "path", ["/products?market=US&q=%00", "/products/%00?market=US", "/orders/A%00?token=x", "/products?market=%00%00"]
)
def test_what_no_store_can_hold_is_refused_as_such(caller, path):
    assert code_of(caller.get(path)) == (422, "unreadable_text")


@pytest.mark.parametrize("body", [{"q\0": 1}, {"market": "\ud800"}, {"lines": [{"variant_id": "\0"}]}])
def test_broken_text_in_a_body_is_refused(caller, body):
    assert code_of(caller.post("/quotes", {"market": "US", "lines": []} | body))[0] == 422


def test_every_field_with_broken_text_is_named(caller):
    lines = [{"variant_id": str(uuid4()), "quantity": 1}]
    place = {"country": "US", "name": "A\0da", "city": "Springfield"}
    answer = caller.post("/quotes", {"market": "US", "lines": lines, "delivery": "fast\0", "address": place})
    assert code_of(answer)[0] == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"delivery", "address.name"}
    assert all("cannot be stored" in error["text"] for error in answer.json()["errors"])


@pytest.mark.parametrize("depth", [300, 900])
def test_a_body_nested_without_end_is_refused(caller, depth):
    nested = "[" * depth + '"\\u0000"' + "]" * depth
    status, _ = code_of(caller("POST", "/quotes", f'{{"market": "US", "lines": {nested}}}'))
    assert status in {400, 422}


# Keys, limits, tokens


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with space 123", "ключ-ключ"])
def test_what_must_not_happen_twice_needs_a_sound_key(caller, key):
    answer = caller("POST", "/orders", purchase(caller, sell(1)), key=key)
    assert code_of(answer) == (422, "bad_idempotency_key")


def test_a_caller_who_calls_too_often_waits_and_others_do_not(settings):
    settings.API_CALLS = 3
    busy, calm = Caller(), Caller()
    busy.client.defaults["REMOTE_ADDR"], calm.client.defaults["REMOTE_ADDR"] = "203.0.113.7", "203.0.113.8"
    assert [busy.get("/markets").status_code for _ in range(3)] == [200] * 3
    refused = busy.get("/markets")
    assert code_of(refused) == (429, "too_many_calls")
    assert 1 <= int(refused.headers["Retry-After"]) <= 121
    assert calm.get("/markets").status_code == 200


def test_a_bad_token_is_refused_even_where_none_is_needed():
    for authorization in ("Bearer nonsense", "Basic YTpi", "Bearer", "Bearer \xff"):
        answer = Caller().get("/markets", Authorization=authorization)
        assert code_of(answer) == (401, "bad_token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def _operator_calls():
    some = uuid7()
    product = {"external_id": "x", "title": {"en": "X"}, "variants": [{"sku": "x", "weight_g": 1}]}
    chart = {"code": "shoes", "rows": [{"size": "37", "cm": {"foot_length": 23}}]}
    moved = {"variant_id": str(some), "warehouse": "US-LAX", "quantity": 1, "reason": "test"}
    return [
        ("GET", "/operator/orders", None, "orders:read"),
        ("POST", f"/operator/orders/{some}/cancellation", {"reason": "test"}, "orders:write"),
        ("POST", f"/operator/orders/{some}/refunds", {"reason": "test", "shipping": True}, "orders:write"),
        ("PUT", "/operator/products", {"products": [product]}, "catalogue:write"),
        ("POST", f"/operator/products/{some}/spin", files("frames", b"no picture"), "catalogue:write"),
        ("DELETE", f"/operator/products/{some}/spin", None, "catalogue:write"),
        ("GET", "/operator/size-charts", None, "catalogue:read"),
        ("PUT", "/operator/size-charts", {"charts": [chart]}, "catalogue:write"),
        ("DELETE", "/operator/size-charts/shoes", None, "catalogue:write"),
        ("PUT", "/operator/collections/US/bright", {"title": {"en": "Bright"}}, "catalogue:write"),
        ("DELETE", "/operator/collections/US/bright", None, "catalogue:write"),
        ("POST", "/operator/prices", {"prices": [_price(some)]}, "prices:write"),
        ("GET", f"/operator/prices/{some}?market=US", None, "prices:read"),
        ("GET", "/operator/stock", None, "stock:read"),
        ("POST", "/operator/stock/receipts", moved, "stock:write"),
        ("POST", "/operator/stock/adjustments", moved, "stock:write"),
        ("POST", "/operator/stock/counts", moved, "stock:write"),
        ("GET", "/operator/shipments", None, "shipping:read"),
        ("POST", f"/operator/shipments/{some}/picking", None, "shipping:write"),
        ("POST", f"/operator/shipments/{some}/packing", None, "shipping:write"),
        ("POST", f"/operator/shipments/{some}/handover", None, "shipping:write"),
        ("GET", "/operator/questions", None, "questions:read"),
        ("POST", f"/operator/questions/{some}/answer", {"text": "Yes.", "public": True}, "questions:write"),
        ("POST", f"/operator/questions/{some}/decline", {"reason": "unclear"}, "questions:write"),
    ]


def _price(variant_id, market="US", minor=1500):
    return {"variant_id": str(variant_id), "market": market, "minor": minor}


def test_every_operators_call_asks_for_its_scope():
    from tests.factories.api import ALL_SCOPES

    listed = {
        (method.upper(), path)
        for path, methods in door.api.get_openapi_schema(path_prefix="").get("paths").items()
        for method in methods
        if "/operator/" in path
    }
    calls = _operator_calls()
    assert len(calls) == len(listed)
    for method, path, body, scope in calls:
        others = Caller(token(*(other for other in ALL_SCOPES if other != scope)))
        refusals = [who(method, path, body, key=str(uuid4())) for who in (Caller(), others)]
        assert {code_of(answer) for answer in refusals} == {(403, "token_needed")}, path
        assert len({answer.content for answer in refusals}) == 1
        allowed = Caller(token(scope))(method, path, body, key=str(uuid4()))
        assert allowed.status_code not in {401, 403, 500}, (path, allowed.content)


# Operators


def test_an_operator_sees_and_cancels_orders_of_their_markets_only():
    order = paid_order()
    mine, foreign = (
        Caller(token("orders:read", "orders:write")),
        Caller(token("orders:read", "orders:write", unit="eu")),
    )
    assert [row["id"] for row in mine.get("/operator/orders").json()["items"]] == [str(order.id)]
    assert foreign.get("/operator/orders").json()["items"] == []
    assert foreign.get("/operator/orders?market=US").json()["items"] == []
    cancel = f"/operator/orders/{order.id}/cancellation"
    unknown = foreign.post(f"/operator/orders/{uuid7()}/cancellation", {"reason": "x"})
    assert foreign.post(cancel, {"reason": "x"}).content == unknown.content
    assert [mine.post(cancel, {"reason": "mistake"}).status_code for _ in range(2)] == [204, 204]
    assert orders.order_by_id(order.id).status == "cancelled"


def test_the_list_of_orders_goes_on_where_it_stopped():
    variant_id = sell(10)
    for _ in range(3):
        checkout.buy(request_for(wanted(variant_id)))
    mine = Caller(token("orders:read"))
    first = mine.get("/operator/orders?size=2").json()
    last = mine.get(f"/operator/orders?size=2&before={first['next']}").json()
    assert (len(first["items"]), len(last["items"]), last["next"]) == (2, 1, None)
    assert len({row["id"] for row in first["items"] + last["items"]}) == 3


def test_a_refund_repeated_with_its_key_gives_back_once_and_its_key_serves_no_other():
    order = paid_order()
    mine, path, key = Caller(token("orders:write")), f"/operator/orders/{order.id}/refunds", "k" * 80
    body = {"lines": [{"line_id": order.lines[0].id, "quantity": 1}], "reason": "broken"}
    first, again = mine.post(path, body, key=key), mine.post(path, body, key=key)
    assert (first.status_code, first.json()) == (201, again.json())
    assert again.headers["Idempotent-Replay"] == "true"
    assert orders.order_by_id(order.id).refunded.minor == first.json()["minor"]
    assert code_of(mine.post(path, body | {"shipping": True}, key=key)) == (409, "idempotency_key_reused")
    assert code_of(mine.post(path, {"lines": [], "reason": "x"})) == (422, "nothing_to_refund")


def test_products_prices_and_stock_come_in_and_are_for_sale(caller):
    mine = Caller(token("catalogue:write", "prices:write", "prices:read", "stock:write", "stock:read"))
    product = {
        "external_id": "erp-1",
        "title": {"en": "Enamel mug", "th": "แก้วเคลือบ"},
        "variants": [{"sku": "MUG-1", "weight_g": 300}],
        "category": "home/kitchen",
        "hs_code": "7323.94",
        "origin": "CN",
    }
    body = {"products": [product], "markets": ["US"]}
    first, again = (mine("PUT", "/operator/products", body).json() for _ in range(2))
    assert first == again
    variant_id = first[0]["variants"]["MUG-1"]
    assert mine.post("/operator/prices", {"prices": [_price(variant_id)]}).json() == {"changed": 1}
    moved = {"variant_id": variant_id, "warehouse": "US-LAX", "quantity": 12, "reason": "delivery", "reference": "DN-7"}
    assert mine.post("/operator/stock/receipts", moved).json()["on_hand"] == 12
    drain()
    assert caller.get("/products?market=US&q=mug").json()["items"][0]["in_stock"]
    quoted = caller.post("/quotes", {"market": "US", "lines": [{"variant_id": variant_id, "quantity": 12}]})
    assert quoted.json()["totals"]["goods"]["minor"] == 12 * 1500
    history = mine.get(f"/operator/prices/{variant_id}?market=US").json()
    assert [span["price"]["minor"] for span in history] == [1500]
    assert audit.trail("product", first[0]["product_id"])


def test_stock_is_received_adjusted_and_counted_once_per_key():
    variant_id = sell(10)
    mine = Caller(token("stock:write", "stock:read"))
    moved = {"variant_id": str(variant_id), "warehouse": "US-LAX", "reason": "test"}
    for path, quantity, on_hand in (("receipts", 5, 15), ("adjustments", -3, 12), ("counts", 7, 7)):
        key = str(uuid4())
        answers = [mine.post(f"/operator/stock/{path}", moved | {"quantity": quantity}, key=key) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert [answer.json()["on_hand"] for answer in answers] == [on_hand, on_hand]
        other = mine.post(f"/operator/stock/{path}", moved | {"quantity": 1}, key=key)
        assert code_of(other) == (409, "idempotency_key_reused")
    levels = mine.get(f"/operator/stock?variant_id={variant_id}&warehouse=US-LAX").json()
    assert (levels["total"], levels["items"][0]["available"]) == (1, 7)


@pytest.mark.parametrize(
    ("path", "change", "status", "code"),
    [
        ("receipts", {"quantity": 0}, 422, "invalid"),
        ("receipts", {"quantity": -5}, 422, "invalid"),
        ("receipts", {"quantity": 10**12}, 422, "invalid"),
        ("receipts", {"warehouse": "MOON"}, 404, "unknown_warehouse"),
        ("receipts", {"warehouse": "DE-LEJ"}, 404, "unknown_warehouse"),  # stands in another unit's market
        ("receipts", {"variant_id": "00000000-0000-7000-8000-000000000000"}, 404, "unknown_variant"),
        ("adjustments", {"quantity": 0}, 422, "quantity_out_of_range"),
        ("adjustments", {"quantity": -11}, 409, "not_that_many"),
        ("counts", {"quantity": -1}, 422, "invalid"),
    ],
)
def test_stock_that_cannot_move_stays(path, change, status, code):
    variant_id = sell(10)
    body = {"variant_id": str(variant_id), "warehouse": "US-LAX", "quantity": 1, "reason": "test"} | change
    assert code_of(Caller(token("stock:write")).post(f"/operator/stock/{path}", body)) == (status, code)
    assert free(variant_id) == 10


def test_prices_of_other_units_and_of_no_market_look_the_same():
    variant_id, mine = sell(10), Caller(token("prices:write", "prices:read"))
    for market in ("TH", "ZZ"):
        assert code_of(mine.post("/operator/prices", {"prices": [_price(variant_id, market)]})) == (
            404,
            "unknown_market",
        )
        assert code_of(mine.get(f"/operator/prices/{variant_id}?market={market}")) == (404, "unknown_market")
    assert code_of(mine.post("/operator/prices", {"prices": [_price(uuid7())]})) == (404, "unknown_variant")


@pytest.mark.parametrize(
    "change",
    [{"minor": 0}, {"minor": 10**30}, {"valid_from": "yesterday"}, {"valid_from": "9999-12-31T23:59:59-14:00"}],
)
def test_a_price_that_is_none_is_refused(change):
    answer = Caller(token("prices:write")).post("/operator/prices", {"prices": [_price(sell(1)) | change]})
    assert code_of(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["field"] == f"prices.0.{next(iter(change))}"


def test_products_of_another_unit_are_not_reached_by_their_id():
    product = {"external_id": "1", "title": {"en": "Mine"}, "variants": [{"sku": "A", "weight_g": 1}]}
    Caller(token("catalogue:write")).__call__("PUT", "/operator/products", {"products": [product]})
    other = Caller(token("catalogue:write", unit="eu"))
    assert code_of(other("PUT", "/operator/products", {"products": [product]})) == (409, "sku_taken")
    listed = {"products": [product | {"variants": [{"sku": "B", "weight_g": 1}]}], "markets": ["US"]}
    assert code_of(other("PUT", "/operator/products", listed)) == (404, "unknown_market")


def test_a_parcel_is_picked_packed_and_given_to_its_carrier():
    order = paid_order()
    (parcel,) = shipping.track(order.id)
    mine, foreign = Caller(token("shipping:read", "shipping:write")), Caller(token("shipping:write", unit="eu"))
    listed = mine.get("/operator/shipments?status=planned&warehouse=US-LAX").json()["items"]
    assert [(row["id"], row["lines"][0]["quantity"]) for row in listed] == [(str(parcel.id), 2)]
    path = f"/operator/shipments/{parcel.id}"
    assert code_of(foreign.post(f"{path}/picking")) == (404, "shipment_not_found")
    assert code_of(mine.post(f"{path}/handover")) == (409, "shipment_cannot_change")
    assert [mine.post(f"{path}/{step}").status_code for step in ("picking", "picking", "packing", "handover")] == [
        204,
        204,
        204,
        202,
    ]
    assert shipping.shipment(parcel.id).status == "packed"


def test_every_fault_of_an_address_is_told_at_once_by_the_name_it_has_in_the_body(caller):
    variant_id = sell(10)
    place = SAN_FRANCISCO | {"country": "US", "name": "", "postcode": "ABC", "phone": "12"}
    answer = caller.post("/orders", purchase(caller, variant_id, address=place))
    told = {error["field"]: error for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert set(told) == {"address.name", "address.postcode", "address.phone"}
    assert all(error["text"] and error["code"] for error in told.values())
    assert (Order.objects.count(), free(variant_id)) == (0, 10)
