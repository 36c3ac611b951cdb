"""The carrier over HTTP: parcels, labels, tracking."""

import io
import json
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from tests.sandbox.server import Receiver, RunningSandbox, eventually

SHENZHEN = {"name": "Glocal 深圳仓", "lines": ["科技园路 1 号"], "city": "深圳", "postcode": "518000", "country": "CN"}
BANGKOK = {"name": "สมชาย ใจดี", "lines": ["99/1 ถนนสุขุมวิท"], "city": "กรุงเทพฯ", "postcode": "10110", "country": "TH"}


def send(sandbox: RunningSandbox, key: str = "", **changes: Any) -> httpx.Response:
    item = {"description": "Silk scarf", "hs_code": "621410", "origin": "CN", "value": "12.50", "qty": 2}
    asked = {
        "reference": "shipment-1",
        "service": "standard",
        "from": SHENZHEN,
        "to": BANGKOK,
        "weight_g": 480,
        "items": [item] * 8,
        **changes,
    }
    return sandbox.api.post("/carrier/v1/shipments", json=asked, headers={"Idempotency-Key": key} if key else {})


def test_a_parcel_gets_a_tracking_number_with_a_check_digit(sandbox: RunningSandbox):
    answer = send(sandbox)
    assert answer.status_code == 201
    number = answer.json()["tracking_number"]
    # UPU S10: what is missing to a multiple of eleven; 0 stands for ten, and 5 for eleven.
    total = sum(int(digit) * weight for digit, weight in zip(number[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    assert int(number[10]) == (*range(10), 0, 5)[11 - total % 11]
    assert answer.json()["status"] == "label_created"


def test_the_same_key_makes_one_parcel(sandbox: RunningSandbox):
    assert send(sandbox, "parcel-7").json() == send(sandbox, "parcel-7").json()
    assert send(sandbox, "parcel-7", weight_g=1).status_code == 409


def test_the_label_is_a_four_by_six_inch_page_with_customs_lines(sandbox: RunningSandbox):
    shipment = send(sandbox).json()
    path = httpx.URL(shipment["label_url"]).path
    assert sandbox.browser.get(path).status_code == 401
    pdf = sandbox.api.get(path)
    (page,) = PdfReader(io.BytesIO(pdf.content)).pages
    assert (float(page.mediabox.width), float(page.mediabox.height)) == (288.0, 432.0)
    text = page.extract_text()
    for part in (shipment["tracking_number"], "621410", "Silk scarf", "12.50", "10110", "and 2 more lines", "深圳"):
        assert part in text


def test_a_parcel_advances_step_by_step_until_delivered(sandbox: RunningSandbox, receiver: Receiver):
    number = send(sandbox).json()["tracking_number"]
    seen = [sandbox.api.post(f"/sandbox/parcels/{number}/advance").json()["status"] for _ in range(5)]
    assert seen == ["picked_up", "departed", "customs", "out_for_delivery", "delivered"]
    assert sandbox.api.post(f"/sandbox/parcels/{number}/advance").status_code == 409
    told = eventually(lambda: len(receiver.about(number)) == 6 and receiver.about(number))
    assert {json.loads(body)["data"]["status"] for _, body in told} == {"label_created", *seen}


def test_a_parcel_inside_one_country_meets_no_customs(sandbox: RunningSandbox):
    number = send(sandbox, **{"from": BANGKOK, "service": "local"}).json()["tracking_number"]
    seen = [sandbox.api.post(f"/sandbox/parcels/{number}/advance").json()["status"] for _ in range(4)]
    assert seen == ["picked_up", "departed", "out_for_delivery", "delivered"]


def test_time_alone_delivers_a_parcel(tmp_path_factory: pytest.TempPathFactory):
    quick = RunningSandbox(tmp_path_factory.mktemp("quick"), environment={"GLOCAL_SANDBOX_DAY_SECONDS": "0.1"}).start()
    try:
        number = send(quick, service="express").json()["tracking_number"]
        done = eventually(
            lambda: (
                found
                if (found := quick.api.get(f"/carrier/v1/shipments/{number}").json())["status"] == "delivered"
                else None
            )
        )
        assert [one["country"] for one in done["events"]] == ["CN", "CN", "CN", "TH", "TH", "TH"]
        assert [one["at"] for one in done["events"]] == sorted(one["at"] for one in done["events"])
    finally:
        quick.stop()


def test_the_tracking_page_speaks_the_receivers_language(sandbox: RunningSandbox):
    number = send(sandbox, lang="zh-Hans").json()["tracking_number"]
    assert "您的包裹" in sandbox.browser.get(f"/track/{number}").text
    assert 'dir="rtl"' in sandbox.browser.get(f"/track/{number}", params={"lang": "ar"}).text
    assert sandbox.browser.get("/track/SB000000000GX").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": "teleport"}, "service"),
        ({"weight_g": 0}, "weight_g"),
        ({"items": []}, "items"),
        ({"to": {**BANGKOK, "country": "Thailand"}}, "to.country"),
        ({"to": {**BANGKOK, "lines": []}}, "to.lines"),
    ],
)
def test_a_senseless_parcel_is_refused_by_field(sandbox: RunningSandbox, changes: dict[str, Any], field: str):
    answer = send(sandbox, **changes)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
