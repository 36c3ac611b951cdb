from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Invalid


class InvalidImage(Invalid):
    """Base of every reason why an upload is no picture we can use."""

    code = "invalid_image"
    message = gettext_noop("This picture cannot be used. Upload a JPEG, PNG, WebP or AVIF file.")


class NotAnImage(InvalidImage):
    code = "not_an_image"
    message = gettext_noop("This file is not a picture we can read. Upload a JPEG, PNG, WebP or AVIF file.")


class BrokenImage(InvalidImage):
    code = "broken_image"
    message = gettext_noop("This picture is damaged or incomplete. Save it again and upload the new file.")


class AnimatedImage(InvalidImage):
    code = "animated_image"
    message = gettext_noop("This picture moves. Upload a still picture, or publish it as a video.")


class ImageTooBig(InvalidImage):
    code = "image_too_big"
    message = gettext_noop(
        "This picture has {width} × {height} points. "
        "Make it smaller than {megapixels} megapixels and {side} points a side."
    )


class FileTooBig(InvalidImage):
    code = "image_file_too_big"
    message = gettext_noop(
        "This file is larger than {megabytes} MB. Save it with a smaller size or stronger compression."
    )
