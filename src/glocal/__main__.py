"""``python -m glocal`` is the same as ``glocal``."""

from glocal.cli import main

main()
