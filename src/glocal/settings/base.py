"""Settings of the product; everything that differs between installations comes from GLOCAL_* variables."""

import os
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from glocal.settings import social

HOME = Path(os.environ.get("GLOCAL_HOME", Path.home() / ".local/share/glocal"))
PACKAGE = Path(__file__).resolve().parent.parent


def database(url: str) -> dict[str, object]:
    """Django's form of ``postgresql://user:password@host:port/name?option=value``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("GLOCAL_DATABASE_URL must begin with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


SECRET_KEY = os.environ.get("GLOCAL_SECRET_KEY", "")
DEBUG = os.environ.get("GLOCAL_DEBUG") == "1"
PUBLIC_URL = os.environ.get("GLOCAL_PUBLIC_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS += [host for host in os.environ.get("GLOCAL_HOSTS", "").split(",") if host]
# Besides our own: hosts of other shop fronts that payers may be sent back to.
RETURN_HOSTS = [host for host in os.environ.get("GLOCAL_RETURN_HOSTS", "").split(",") if host]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

DATABASES = {"default": database(os.environ.get("GLOCAL_DATABASE_URL", "postgresql://localhost/glocal"))}
POOL_SIZE = int(os.environ.get("GLOCAL_POOL_SIZE", "8"))
DATABASES["default"]["OPTIONS"] |= {  # type: ignore[operator]
    "pool": {"min_size": 1, "max_size": POOL_SIZE, "timeout": 5, "max_idle": 120},
    # Bound on the server, so that psycopg can prepare what runs often.
    "server_side_binding": True,
    "prepare_threshold": 3,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "glocal.web.console",  # before unfold: its templates stand before unfold's
    "unfold.apps.BasicAppConfig",
    "glocal.web.console.mount.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "axes",
    "glocal.platform.accounts.apps.AllauthConfig",
    "allauth.mfa",
    "allauth.socialaccount",
    *(f"allauth.socialaccount.providers.{name}" for name in social.KINDS),
    "procrastinate.contrib.django",
    "glocal.platform.eventing",
    "glocal.platform.jobs",
    "glocal.platform.http",
    "glocal.platform.console",
    "glocal.platform.mail",
    "glocal.platform.audit",
    "glocal.platform.markets",
    "glocal.platform.privacy",
    "glocal.platform.accounts.apps.AccountsConfig",
    "glocal.content.media",
    "glocal.content.catalog",
    "glocal.content.search",
    "glocal.content.collections",
    "glocal.content.questions",
    "glocal.supply.inventory",
    "glocal.supply.shipping",
    "glocal.transaction.pricing",
    "glocal.transaction.tax",
    "glocal.transaction.payments",
    "glocal.transaction.orders",
    "glocal.transaction.invoices",
    "glocal.transaction.returns",
    "glocal.transaction.checkout",
    "glocal.transaction.imports",
    "glocal.web.storefront",
    "glocal.world.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "glocal.platform.http.middleware.PackedPages",
    "glocal.platform.http.middleware.Admission",
    "glocal.platform.http.middleware.RequestId",
    "glocal.platform.http.middleware.Readable",
    "glocal.web.pages_only.SessionMiddleware",
    "glocal.web.locale.MarketAndLanguage",
    "django.middleware.common.CommonMiddleware",
    "glocal.web.pages_only.CsrfViewMiddleware",
    "glocal.web.pages_only.AuthenticationMiddleware",
    "glocal.web.pages_only.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "glocal.web.pages_only.HtmxMiddleware",
    "glocal.web.storefront.security.ContentSecurity",
    "glocal.platform.http.middleware.DomainErrors",
    "glocal.web.pages_only.AxesMiddleware",
]

ROOT_URLCONF = "glocal.web.urls"
WSGI_APPLICATION = "glocal.web.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The shop's error page stands before the plain one of platform.http.
        "DIRS": [PACKAGE / "web/storefront/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "glocal.web.storefront.context.shop",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "glocal.platform.accounts.backends.EmailBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # it looks for the middleware by its own name; ours is one of its kind
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "email"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True

# Allauth keeps passkeys, second factors and linked logins; its own sign-in pages are not mounted.
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_METHODS = {"email"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "glocal"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds that a clock may be off
SOCIALACCOUNT_ADAPTER = "glocal.web.storefront.logins.Logins"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8  # seconds
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = social.providers()
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "oidc"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("th", "ไทย"),
    ("vi", "Tiếng Việt"),
    ("id", "Bahasa Indonesia"),
    ("ms", "Bahasa Melayu"),
    ("es", "Español"),
    ("pt", "Português"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [PACKAGE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = HOME / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Uploads as they came, with their metadata: never served.
    "originals": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "originals"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

CSRF_FAILURE_VIEW = "glocal.web.storefront.faults.form_too_old"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
X_FRAME_OPTIONS = "DENY"
# The proxies in front, as networks: only they may say whose request it is and whether it came by TLS.
TRUSTED_PROXIES = [
    str(ip_network(one.strip())) for one in os.environ.get("GLOCAL_TRUSTED_PROXIES", "").split(",") if one.strip()
]
# Of a whole request, in bytes; a view that takes more says so (platform.http.bodies).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MOST_CONSOLE_UPLOAD = 205 * 1024 * 1024  # an import file of 200 MB and the form around it

EMAIL_BACKEND = os.environ.get("GLOCAL_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = str(HOME / "mail")
EMAIL_TIMEOUT = 15  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("GLOCAL_FROM_EMAIL", "Glocal <orders@localhost>")
# Where shoppers write to: one address for all markets, and others for some: help@example.com,TH=thai@example.com
SUPPORT_EMAILS = {
    market: address
    for market, _, address in (
        one.strip().rpartition("=") for one in os.environ.get("GLOCAL_SUPPORT_EMAILS", "").split(",") if one.strip()
    )
}
SUPPORT_EMAILS.setdefault("", parseaddr(DEFAULT_FROM_EMAIL)[1])

# Requests that may wait for or use the database at one time in one web process; more are answered 429.
ADMITTED_REQUESTS = int(os.environ.get("GLOCAL_ADMITTED_REQUESTS", "20"))

# Requests of one web process that may wait for a payment provider at one time; one more is told to try again. Well
# below ADMITTED_REQUESTS, so that the shop stays open while a provider is slow.
PROVIDER_CALLS = int(os.environ.get("GLOCAL_PROVIDER_CALLS", "8"))

# API calls a minute without a token (by address) and with one.
API_CALLS = int(os.environ.get("GLOCAL_API_CALLS", "600"))
API_CALLS_WITH_TOKEN = int(os.environ.get("GLOCAL_API_CALLS_WITH_TOKEN", "6000"))

SANDBOX = {
    "url": os.environ.get("GLOCAL_SANDBOX_URL", "http://127.0.0.1:8100").rstrip("/"),
    "public_url": os.environ.get(
        "GLOCAL_SANDBOX_PUBLIC_URL", os.environ.get("GLOCAL_SANDBOX_URL", "http://127.0.0.1:8100")
    ).rstrip("/"),
    "secret_key": os.environ.get("GLOCAL_SANDBOX_SECRET_KEY", ""),
    "publishable_key": os.environ.get("GLOCAL_SANDBOX_PUBLISHABLE_KEY", ""),
    "webhook_secret": os.environ.get("GLOCAL_SANDBOX_WEBHOOK_SECRET", ""),
}

# Registrations the business holds: IOSS (EU), OVR (SG), LVG (MY), REMESSA (Remessa Conforme, BR).
TAX_REGIMES = frozenset(filter(None, os.environ.get("GLOCAL_TAX_REGIMES", "IOSS,OVR,LVG,REMESSA").split(",")))

# Where exchange rates are published in the ECB's eurofxref form; empty asks nobody.
FX_FEED_URL = os.environ.get("GLOCAL_FX_FEED_URL", "")

# Optional purposes in use (measurement, personalisation); none asks visitors nothing. Where to write about one's data.
OPTIONAL_PURPOSES = tuple(filter(None, os.environ.get("GLOCAL_PURPOSES", "").split(",")))
PRIVACY_CONTACT = os.environ.get("GLOCAL_PRIVACY_CONTACT") or parseaddr(DEFAULT_FROM_EMAIL)[1]

RESERVATION_MINUTES = int(os.environ.get("GLOCAL_RESERVATION_MINUTES", "15"))

UNFOLD = {"SITE_TITLE": "glocal console", "SITE_HEADER": "glocal console"}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("GLOCAL_LOG_LEVEL", "WARNING")},
}
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": 4}  # a long import must not stop letters, sweeps and the poller
