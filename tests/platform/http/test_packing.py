"""Pages travel compressed, everything else as it is."""

import gzip

import pytest

pytestmark = pytest.mark.django_db


def test_a_page_is_packed_for_who_takes_it(client):
    plain = client.get("/en-US/places")
    packed = client.get("/en-US/places", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2
    assert gzip.decompress(packed.content).startswith(b"<!doctype html>")


def test_the_api_is_not_packed_here(client):
    answer = client.get("/api/v1/markets", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
