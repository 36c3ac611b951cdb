"""A web process that is killed between placing an order and asking the payment provider. Run by test_killed.py."""

import os
import signal
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402

settings.DATABASES["default"]["NAME"] = sys.argv[1]

from glocal.transaction.checkout import facade as checkout  # noqa: E402
from glocal.transaction.payments import facade as payments  # noqa: E402
from tests.transaction.checkout.test_killed import purchase  # noqa: E402


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


payments.start = die  # the step after the order is committed
checkout.buy(purchase(*sys.argv[2:]))
