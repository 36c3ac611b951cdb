"""Pictures: keep an upload safely, publish it in sizes that fit, hand out what a page needs to show it."""

from glocal.content.media.errors import (
    AnimatedImage,
    BrokenImage,
    FileTooBig,
    ImageTooBig,
    InvalidImage,
    NotAnImage,
)
from glocal.content.media.rendering import render
from glocal.content.media.selectors import pictures, unready_ids
from glocal.content.media.services import store_image, store_images
from glocal.content.media.types import NewImage, Picture

picture_from_dict = Picture.from_dict

__all__ = [
    "AnimatedImage",
    "BrokenImage",
    "FileTooBig",
    "ImageTooBig",
    "InvalidImage",
    "NewImage",
    "NotAnImage",
    "Picture",
    "picture_from_dict",
    "pictures",
    "render",
    "store_image",
    "store_images",
    "unready_ids",
]
