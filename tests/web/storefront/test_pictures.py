"""What stands where a picture is missing."""

import pytest

from glocal.web.storefront.pictures import framed


@pytest.mark.parametrize(
    ("name", "initial"),
    [("linen shirt", "L"), ("“Été” scarf", "É"), ("3-in-1 lamp", "3"), ("แก้วน้ำ", "ก"), ("كوب", "ك"), ("", "")],
)
def test_a_thing_without_a_picture_shows_its_initial(name: str, initial: str) -> None:
    assert f'<span aria-hidden="true">{initial}</span>' in framed(None, "", name=name)
