"""Uploads: what is kept, what is refused and why."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from glocal.content.media import facade as media
from glocal.content.media import imaging
from glocal.content.media.models import Asset
from tests.factories.media import bomb_bytes, image_bytes, photo_bytes


def store(data, **fields):
    return media.store_image(data=data, alt={"en": "A lamp"}, **fields)


@pytest.mark.django_db
def test_an_upload_has_its_size_colour_and_text_at_once_and_no_addresses_yet():
    picture = store(image_bytes(640, 480, colour=(255, 0, 0), kind="PNG"))
    assert (picture.width, picture.height, picture.colour) == (640, 480, "#ff0000")
    assert picture.alt == {"en": "A lamp"}
    assert not picture.is_ready
    assert (picture.srcset("avif"), picture.src(), picture.original_url) == ("", "", "")


@pytest.mark.django_db
def test_the_same_file_is_kept_once_under_any_name():
    data = image_bytes()
    assert store(data, name="a.jpg").id == store(data, name="b.png").id
    assert Asset.objects.count() == 1


@pytest.mark.django_db
def test_the_same_file_twice_in_one_batch_is_one_picture_with_two_texts():
    data = image_bytes()
    first, second = media.store_images(
        images=[media.NewImage(data, {"en": "One"}), media.NewImage(data, {"en": "Two"})]
    )
    assert first.id == second.id
    assert (first.alt, second.alt) == ({"en": "One"}, {"en": "Two"})


@pytest.mark.django_db
def test_a_picture_taken_sideways_is_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = store(image_bytes(640, 480, exif=exif))
    assert (picture.width, picture.height) == (480, 640)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        image_bytes(mode="CMYK", colour=(0, 0, 0, 0)),
        image_bytes(mode="RGBA", colour=(10, 20, 30, 0), kind="PNG"),
        image_bytes(mode="LA", colour=(10, 0), kind="PNG"),
        image_bytes(mode="I;16", colour=65_535, kind="PNG"),
        image_bytes(mode="1", colour=1, kind="PNG"),
        image_bytes(mode="P", colour=0, kind="PNG", transparency=0),
        image_bytes(colour="white", kind="WEBP", lossless=True),
        image_bytes(colour="white", kind="AVIF"),
        image_bytes(1, 1, colour="white", kind="PNG"),
    ],
    ids=["cmyk", "transparent", "grey transparent", "16 bit", "1 bit", "palette", "webp", "avif", "one point"],
)
def test_every_kind_of_picture_is_taken_and_transparency_becomes_white(data):
    assert store(data).colour == "#ffffff"


def refused(data, kind):
    with pytest.raises(kind) as refusal:
        media.store_image(data=data, alt={}, name="photo.jpg")
    assert refusal.value.field == "image"
    assert refusal.value.message.format(**refusal.value.details)


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_000, 5_001), (16_001, 1)])
def test_a_bomb_is_refused_from_its_header_in_little_memory(size):
    data = bomb_bytes(*size)
    tracemalloc.start()
    refused(data, media.ImageTooBig)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_file_over_twenty_megabytes_is_refused():
    refused(b"\xff" * (imaging.MAX_BYTES + 1), media.FileTooBig)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just words",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        image_bytes(kind="GIF"),
        image_bytes(kind="BMP"),
    ],
    ids=["empty", "text", "svg", "gif", "bmp"],
)
def test_what_is_no_picture_of_ours_is_refused_whatever_its_name_says(data):
    refused(data, media.NotAnImage)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_file_that_ends_early_is_refused(kind):
    source = Image.open(io.BytesIO(photo_bytes()))
    target = io.BytesIO()
    source.save(target, kind)
    with pytest.raises(media.InvalidImage) as refusal:
        store(target.getvalue()[: len(target.getvalue()) // 2])
    assert refusal.value.field == "image"


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_a_moving_picture_is_refused(kind):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    target = io.BytesIO()
    frames[0].save(target, kind, save_all=True, append_images=frames[1:])
    refused(target.getvalue(), media.AnimatedImage)


@pytest.mark.django_db
def test_one_bad_picture_in_a_batch_is_named_and_nothing_is_kept():
    with pytest.raises(media.NotAnImage) as refusal:
        media.store_images(images=[media.NewImage(image_bytes()), media.NewImage(b"words")])
    assert refusal.value.field == "images[1]"
    assert not Asset.objects.exists()


_JPEG = photo_bytes(120, 80)
_PNG = image_bytes(120, 80, kind="PNG")


@given(source=st.sampled_from([_JPEG, _PNG]), at=st.integers(0, 4_000), damage=st.binary(min_size=1, max_size=60))
def test_damaged_data_is_a_picture_or_a_refusal_never_another_error(source, at, damage):
    at %= len(source)
    data = source[:at] + damage + source[at + len(damage) :]
    try:
        image = imaging.decoded(imaging.open_checked(data), longest=64)
    except media.InvalidImage:
        return
    assert image.mode == "RGB"
