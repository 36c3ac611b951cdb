"""The pictures of a product: the chosen variant's first, each to be enlarged, and a turn of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse, JsonResponse, QueryDict
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from glocal.content.catalog import facade as catalog
from glocal.content.media.facade import Picture
from glocal.web.storefront import pictures
from glocal.web.storefront.choosing import Choice, choice_of
from glocal.web.storefront.requests import ShopRequest

FRAME_PIXELS, SAVING_PIXELS = 480, 240
HOUR = 60 * 60


def gallery(request: ShopRequest, choice: Choice) -> dict[str, Any]:
    """For the template: ``slides`` in order, ``thumbs`` where there are several, ``spin`` where there is one."""
    shown = choice.shown
    ordered = in_order(shown.gallery, choice.variant)
    slides = [
        {
            "frame": pictures.framed(picture, pictures.HERO, language=request.language, first=place == 0),
            "full": picture.original_url,
            "thumb": pictures.framed(picture, pictures.THUMB),
        }
        for place, picture in enumerate(ordered)
    ]
    return {
        "slides": slides,
        "empty": "" if slides else pictures.framed(None, "", name=shown.title),
        "spin": _spin(request, shown),
    }


def in_order(shown: Sequence[Picture], variant: catalog.VariantView) -> list[Picture]:
    """With the variant's own picture before the others."""
    return sorted(shown, key=lambda picture: picture.id != variant.picture_id)


def is_another(request: ShopRequest, choice: Choice) -> bool:
    """Whether the page that htmx asks from shows another first picture than ``choice``."""
    if all(variant.picture_id is None for variant in choice.shown.variants):
        return False
    here = QueryDict(urlsplit(request.htmx.current_url or "").query)
    return choice_of(choice.shown, here.dict()).variant.picture_id != choice.variant.picture_id


def _spin(request: ShopRequest, shown: catalog.ProductPage) -> dict[str, Any] | None:
    if shown.spin is None:
        return None
    first = replace(shown.spin.first, alt={request.language: shown.title})
    return {
        "frame": pictures.framed(first, pictures.HERO, language=request.language),
        "thumb": pictures.framed(first, pictures.THUMB),
        "frames": f"{request.prefix}/p/{shown.slug}/turn",
    }


@require_safe
@cache_control(private=True, max_age=HOUR)
def turn(request: ShopRequest, slug: str) -> HttpResponse:
    """The addresses of a turn's frames in order, by format: for the script, when somebody asks to turn it.

    Who saves data gets every second frame, and small.
    """
    frames = catalog.spin_frames(request.market.code, slug)
    saving = request.headers.get("Save-Data", "").lower() == "on"
    chosen, pixels = (frames[::2], SAVING_PIXELS) if saving else (frames, FRAME_PIXELS)
    answer = JsonResponse(
        {
            "avif": [frame.src(pixels, "avif") for frame in chosen],
            "jpeg": [frame.src(pixels, "jpeg") for frame in chosen],
        }
    )
    patch_vary_headers(answer, ["Save-Data"])
    return answer
