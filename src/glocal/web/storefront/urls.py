"""Addresses of the shop; all but ``go`` stand behind the ``/{language}-{MARKET}`` prefix."""

from django.urls import path

from glocal.web.storefront import bags, checkouts, orderpages, papers, people, places, products, searches, shelves

urlpatterns = [
    path("", shelves.home, name="home"),
    path("new", shelves.newest, name="new"),
    path("c/<path:path>", shelves.category, name="category"),
    path("search", searches.results, name="search"),
    path("search/suggestions", searches.suggestions, name="search-suggestions"),
    path("p/<slug:slug>", products.product, name="product"),
    path("places", places.places, name="places"),
    path("go/<str:locale>", places.go, name="go"),
    path("bag", bags.bag, name="bag"),
    path("bag/add", bags.add, name="bag-add"),
    path("bag/set", bags.set_quantity, name="bag-set"),
    path("buy", checkouts.buy, name="buy"),
    path("checkout", checkouts.checkout_page, name="checkout"),
    path("checkout/quote", checkouts.quote, name="checkout-quote"),
    path("checkout/return", orderpages.came_back, name="checkout-return"),
    path("orders/<str:number>", orderpages.order, name="order"),
    path("orders/<str:number>/state", orderpages.state, name="order-state"),
    path("orders/<str:number>/cancel", orderpages.cancel, name="order-cancel"),
    path("orders/<str:number>/pay", orderpages.pay_again, name="order-pay"),
    path("orders/<str:number>/papers/<str:paper>", papers.paper, name="order-paper"),
    path("account", people.account, name="account"),
    path("account/addresses", people.add_address, name="address-add"),
    path("account/addresses/remove", people.remove_address, name="address-remove"),
    path("account/claim", people.claim, name="claim"),
    path("sign-in", people.sign_in, name="sign-in"),
    path("sign-up", people.sign_up, name="sign-up"),
    path("sign-out", people.sign_out, name="sign-out"),
]
