"""The shop as an app: what a browser is told, and whose pages it may keep."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from glocal.web.storefront import pictures
from glocal.web.storefront.installable import OWNER_HEADER
from glocal.web.storefront.scheme import GROUNDS
from tests.web.storefront.test_notices import person, signed_in

pytestmark = pytest.mark.django_db

PLACES = (*("en-US", "th-TH", "ar-AE", "zh-Hans-SG"), *("vi-VN", "id-ID", "ms-MY", "es-MX", "pt-BR"))


@pytest.mark.parametrize("place", PLACES)
def test_the_manifest_speaks_the_places_language_and_its_icons_are_there(shopper, place):
    answer = shopper.get(f"/{place}/app.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    found = json.loads(answer.content)
    assert found["start_url"] == f"/{place}/"
    assert found["lang"] == place.rpartition("-")[0]
    assert found["dir"] == ("rtl" if place.startswith("ar") else "ltr")
    for icon in found["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(path) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]
    assert [icon.get("purpose") for icon in found["icons"]].count("maskable") == 1
    assert shopper.get(f"/{place}/").content.decode().count(f'href="/{place}/app.webmanifest"') == 1


def test_an_app_is_named_after_its_country(shopper):
    names = {place: json.loads(shopper.get(f"/{place}/app.webmanifest").content)["name"] for place in PLACES}
    assert names["th-TH"] == "glocal · ไทย"
    assert len(set(names.values())) == len(PLACES)


def test_the_browsers_bar_has_the_mastheads_colour():
    light, dark = (Path(finders.find(f"storefront/css/{name}.css")).read_text() for name in ("tokens", "dark"))
    for theme, grounds in GROUNDS.items():
        for part, ground in zip((light, dark), grounds, strict=True):
            block = part.partition(f'[data-theme="{theme}"] {{')[2].partition("}")[0]
            found = re.search(r"--masthead: ([^;]+);", block)
            assert ground == (found[1] if found else grounds[0])


def test_the_worker_keeps_the_offline_page_and_files_and_nothing_for_sale(shopper):
    answer = shopper.get("/th-TH/worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    said = json.loads(re.search(r"const SHOP = ({.*?}),", answer.content.decode())[1])
    assert said["prefix"] == "/th-TH"
    assert said["offline"] == "/th-TH/offline"
    assert all(finders.find(file.removeprefix("/static/")) for file in said["files"])


def test_the_offline_page_is_nobodys(shopper):
    page = shopper.get("/en-US/offline")
    assert b"csrf" not in page.content
    assert not page.cookies.get("visitor")
    assert "ไม่มีการเชื่อมต่อ" in shopper.get("/th-TH/offline").content.decode()


def test_only_a_persons_own_pages_may_be_kept_and_only_for_them(shopper):
    ada, bo = signed_in(person()), signed_in(person("bo"))
    tags = {client.get("/en-US/account").headers[OWNER_HEADER] for client in (ada, bo)}
    assert len(tags) == 2
    assert ada.get("/th-TH/account").headers[OWNER_HEADER] in tags
    for page in ("/", "/bag", "/sign-in", "/places", "/account/notices", "/search?q=cup"):
        assert OWNER_HEADER not in ada.get(f"/en-US{page}").headers, page
    assert OWNER_HEADER not in shopper.get("/en-US/account").headers


def test_saving_data_leaves_out_the_large_pictures():
    sizes = [f"/media/{width}.avif {width}w" for width in (240, 480, 720, 1080)]
    page = f'<source srcset="{", ".join(sizes)}" sizes="48vw"><img srcset="{sizes[0]}">'
    assert pictures.smaller(page) == f'<source srcset="{", ".join(sizes[:2])}" sizes="48vw"><img srcset="{sizes[0]}">'


def test_what_depends_on_saving_data_says_so():
    plain, sparing = Client(), Client(headers={"save-data": "on"})
    assert "Save-Data" in plain.get("/en-US/").headers["Vary"]
    assert sparing.get("/en-US/").status_code == 200
