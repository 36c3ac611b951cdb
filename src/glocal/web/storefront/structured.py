"""What search engines read of a product page: schema.org's Product, or a ProductGroup with its variants."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel.money import Money
from glocal.web.storefront.choosing import address_of
from glocal.web.storefront.requests import ShopRequest

AXES = {"colour": "color", "size": "size", "material": "material", "pattern": "pattern"}
"""Our options that schema.org knows, by its names for them."""
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def product_data(request: ShopRequest, shown: catalog.ProductPage) -> SafeString:
    """A script element of JSON-LD. Prices are those the page shows: all in, where that is known."""
    if len(shown.variants) == 1:
        data = _item(request, shown, shown.variants[0]) | {"description": shown.summary}
    else:
        data = {
            "@type": "ProductGroup",
            "productGroupID": str(shown.id),
            "name": shown.title,
            "description": shown.summary,
            "url": _absolute(request, f"{request.prefix}/p/{shown.slug}"),
            "variesBy": [f"https://schema.org/{AXES[o.code]}" for o in shown.options if o.code in AXES],
            "hasVariant": [_item(request, shown, variant) for variant in shown.variants],
        }
    if shown.brand:
        data["brand"] = {"@type": "Brand", "name": shown.brand}
    text = json.dumps({"@context": "https://schema.org"} | data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')  # noqa: S308


def _item(request: ShopRequest, shown: catalog.ProductPage, variant: catalog.VariantView) -> dict[str, Any]:
    item: dict[str, Any] = {
        "@type": "Product",
        "name": f"{shown.title}, {variant.label}" if variant.label else shown.title,
        "sku": variant.sku,
    }
    pictures = sorted(shown.gallery, key=lambda picture: picture.id != variant.picture_id)
    if pictures and pictures[0].is_ready:
        item["image"] = _absolute(request, pictures[0].original_url)
    labels = {option.code: {value.code: value.label for value in option.values} for option in shown.options}
    item |= {AXES[code]: labels[code][value] for code, value in variant.options.items() if code in AXES}
    return item | {"offers": _offer(request, shown, variant)}


def _offer(request: ShopRequest, shown: catalog.ProductPage, variant: catalog.VariantView) -> dict[str, Any]:
    landed = variant.landed
    price = Money(landed["total"], landed["currency"]) if landed else variant.price
    offer: dict[str, Any] = {
        "@type": "Offer",
        "url": _absolute(request, address_of(request, shown.slug, variant.sku)),
        "price": str(price.amount),
        "priceCurrency": price.currency,
        "itemCondition": "https://schema.org/NewCondition",
        "availability": f"https://schema.org/{'InStock' if variant.in_stock else 'OutOfStock'}",
    }
    if landed:  # delivery is part of the price
        offer["shippingDetails"] = {
            "@type": "OfferShippingDetails",
            "shippingRate": {"@type": "MonetaryAmount", "value": "0", "currency": price.currency},
            "shippingDestination": {"@type": "DefinedRegion", "addressCountry": request.market.code},
        }
    return offer


def _absolute(request: ShopRequest, path: str) -> str:
    return request.build_absolute_uri(path)
