"""The web door: pages and API under WSGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "glocal.settings.base")

application = get_wsgi_application()
