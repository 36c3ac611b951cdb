"""The published sizes of pictures."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage, storages
from django.core.management import call_command
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from glocal.content.media import facade as media
from glocal.content.media import imaging, jobs
from glocal.content.media.models import Asset
from glocal.platform.eventing.models import OutboxEvent
from glocal.platform.kernel import clock
from tests.factories.media import image_bytes, photo_bytes

pytestmark = pytest.mark.django_db


def published(picture, width, ending):
    with default_storage.open(f"{picture.base}-{width}.{ending}") as file:
        return file.read()


def ready_picture(data):
    stored = media.store_image(data=data, alt={"en": "A lamp"})
    assert media.render([stored.id]) == 1
    return media.pictures([stored.id])[stored.id]


def test_sizes_are_published_in_both_formats_and_addressed_in_srcset():
    picture = ready_picture(photo_bytes(900, 600))
    assert picture.widths == (240, 480, 720, 900)
    for width in picture.widths:
        for ending, kind in (("avif", "AVIF"), ("jpg", "JPEG")):
            image = Image.open(io.BytesIO(published(picture, width, ending)))
            assert (image.format, image.size) == (kind, (width, round(600 * width / 900)))
    assert picture.srcset("avif").startswith(f"/media/{picture.base}-240.avif 240w, ")
    assert picture.src(480) == f"/media/{picture.base}-480.jpg"
    assert picture.original_url == f"/media/{picture.base}-900.jpg"


def test_avif_is_the_smaller_one():
    picture = ready_picture(photo_bytes(900, 600))
    assert len(published(picture, 720, "avif")) < len(published(picture, 720, "jpg"))


@pytest.mark.parametrize(
    ("width", "widths"),
    [(1, (1,)), (240, (240,)), (241, (240, 241)), (1080, (240, 480, 720, 1080)), (4000, (240, 480, 720, 1080))],
)
def test_a_picture_is_never_made_wider_than_it_is(width, widths):
    assert imaging.widths_for(width) == widths


def test_a_published_picture_is_upright_and_carries_no_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    picture = ready_picture(image_bytes(300, 200, exif=exif))
    image = Image.open(io.BytesIO(published(picture, 200, "jpg")))
    assert image.size == (200, 300)
    assert not image.getexif()
    assert b"taken at home" not in published(picture, 200, "avif")


def test_the_upload_itself_is_kept_as_it_came_and_is_not_among_the_published_files():
    data = photo_bytes(300, 200, comment=b"mine")
    picture = ready_picture(data)
    asset = Asset.objects.get(pk=picture.id)
    with storages["originals"].open(asset.sha256) as original:
        assert original.read() == data
    assert not default_storage.exists(asset.sha256)
    assert not storages["originals"].path(asset.sha256).startswith(default_storage.path(""))


def test_running_twice_publishes_once():
    picture = ready_picture(image_bytes())
    assert media.render([picture.id]) == 0
    events = OutboxEvent.objects.filter(name="media.RenditionsReady")
    assert [event.key for event in events] == [str(picture.id)]


def test_one_picture_whose_file_is_lost_is_marked_and_does_not_stop_the_others():
    lost = media.store_image(data=image_bytes(50, 50), alt={})
    good = media.store_image(data=image_bytes(60, 60), alt={})
    storages["originals"].delete(Asset.objects.get(pk=lost.id).sha256)
    assert media.render([lost.id, good.id]) == 1
    assert Asset.objects.get(pk=lost.id).status == Asset.Status.FAILED
    assert Asset.objects.get(pk=lost.id).error
    assert media.pictures([good.id])[good.id].is_ready


def test_the_command_publishes_whatever_waits(capsys):
    pictures = [media.store_image(data=image_bytes(30 + number, 30), alt={}) for number in range(3)]
    call_command("renditions", "--all")
    assert "3 of 3" in capsys.readouterr().out
    assert all(picture.is_ready for picture in media.pictures([picture.id for picture in pictures]).values())


def test_a_batch_defers_one_job_for_eight_pictures():
    before = list(ProcrastinateJob.objects.values_list("pk", flat=True))  # other tests' jobs outlive them
    media.store_images(images=[media.NewImage(image_bytes(20 + number, 20)) for number in range(9)])
    jobs = ProcrastinateJob.objects.filter(task_name="media.make_renditions").exclude(pk__in=before)
    assert sorted(len(job.args["asset_ids"]) for job in jobs) == [1, 8]


def test_a_picture_survives_the_copy_in_another_row():
    picture = ready_picture(image_bytes())
    assert media.picture_from_dict(picture.as_dict()) == picture


def test_a_picture_whose_job_was_lost_is_published_later():
    stored = media.store_image(data=image_bytes(40, 40), alt={})
    jobs.render_left_over.func(timestamp=0)
    assert not media.pictures([stored.id])[stored.id].is_ready
    with clock.shifted(timedelta(minutes=16)):
        jobs.render_left_over.func(timestamp=0)
    assert media.pictures([stored.id])[stored.id].is_ready
