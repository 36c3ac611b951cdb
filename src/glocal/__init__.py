"""Glocal: the operating system of a cross-border social-commerce business."""

__version__ = "0.1.0"
