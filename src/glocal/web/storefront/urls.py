"""Addresses of the shop; all but ``go`` stand behind the ``/{language}-{MARKET}`` prefix."""

from django.urls import path

from glocal.web.storefront import places, products, shelves

urlpatterns = [
    path("", shelves.home, name="home"),
    path("new", shelves.newest, name="new"),
    path("c/<path:path>", shelves.category, name="category"),
    path("search", shelves.search, name="search"),
    path("p/<slug:slug>", products.product, name="product"),
    path("places", places.places, name="places"),
    path("go/<str:locale>", places.go, name="go"),
]
