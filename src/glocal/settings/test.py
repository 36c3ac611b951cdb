"""Settings of the test suite; tests/conftest.py starts the database and names it in GLOCAL_DATABASE_URL."""

import atexit
import os
import shutil
import tempfile

if "GLOCAL_HOME" not in os.environ:
    os.environ["GLOCAL_HOME"] = tempfile.mkdtemp(prefix="glocal-test-")
    atexit.register(shutil.rmtree, os.environ["GLOCAL_HOME"], ignore_errors=True)
os.environ.setdefault("GLOCAL_SECRET_KEY", "only-for-tests")
os.environ.setdefault("GLOCAL_SANDBOX_SECRET_KEY", "sk_test")
os.environ.setdefault("GLOCAL_SANDBOX_PUBLISHABLE_KEY", "pk_test")
os.environ.setdefault("GLOCAL_SANDBOX_WEBHOOK_SECRET", "whsec_test")

from glocal.settings.base import *  # noqa: F403
from glocal.settings.base import DATABASES, STORAGES

# Each test thread opens its own connection and Django drops the database at the end: a pool would hold it open.
DATABASES["default"]["OPTIONS"].pop("pool")  # type: ignore[attr-defined]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_ENABLED = False
WHITENOISE_AUTOREFRESH = True
