"""Settings of the Django site; everything that varies comes from `clairevoie.web.environment`."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from clairevoie.web.accounts.oidc.provider import read_provider
from clairevoie.web.environment import read_environment

ENVIRONMENT = read_environment(dict(os.environ))
# The identity provider, or None when people sign in with a password only.
OIDC = read_provider(dict(os.environ))
HERE = Path(__file__).resolve().parent

SITE_URL = ENVIRONMENT.url
_ADDRESS = urlsplit(SITE_URL)
_SECURE = _ADDRESS.scheme == "https"

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
# The e-mail address at which to ask for an account, if the operator gives one.
CONTACT = ENVIRONMENT.contact
# The address from which e-mails are sent: without one, none is.
MAIL_FROM = ENVIRONMENT.mail_from
EMAIL_HOST = ENVIRONMENT.smtp["HOST"]
EMAIL_PORT = ENVIRONMENT.smtp["PORT"]
EMAIL_HOST_USER = ENVIRONMENT.smtp["USER"]
EMAIL_HOST_PASSWORD = ENVIRONMENT.smtp["PASSWORD"]
EMAIL_USE_SSL = ENVIRONMENT.smtp["USE_SSL"]
EMAIL_USE_TLS = ENVIRONMENT.smtp["USE_TLS"]
EMAIL_TIMEOUT = 20
# Where archived copies are served from, when it is another host than that of the pages.
FILES_URL = ENVIRONMENT.files_url
FILES_HOST = urlsplit(FILES_URL).netloc
ALLOWED_HOSTS = [
    _ADDRESS.hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, [urlsplit(FILES_URL).hostname]),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "django_tasks_db",
    "clairevoie.web.accounts",
    "clairevoie.web.register",
    "clairevoie.web.rules",
    "clairevoie.web.decisions",
    "clairevoie.web.audit",
    "clairevoie.web.consultation",
    "clairevoie.web.sortition",
    "clairevoie.web.explanation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clairevoie.web.security.HeadersMiddleware",
    "clairevoie.web.security.FilesHostMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clairevoie.web.accounts.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "clairevoie.web.urls"
WSGI_APPLICATION = "clairevoie.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clairevoie.web.context.site",
                "clairevoie.web.accounts.acting.acting",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]

DATABASES = {"default": ENVIRONMENT.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "clairevoie.web.accounts.oidc.backend.ProviderBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "register:home"
LOGOUT_REDIRECT_URL = "register:home"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = ENVIRONMENT.data / "static"
FILES_ROOT = ENVIRONMENT.data / "files"
JOURNALS_ROOT = ENVIRONMENT.data / "journals"
# What is public, set once and kept: reports of audits.
PUBLISHED_ROOT = ENVIRONMENT.data / "published"
# Apart from the data: who copies the one has not the other.
KEYS_ROOT = ENVIRONMENT.keys
# Jobs wait in the same database as what they are about; `clairevoie serve` runs a worker.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# The prefix __Host- keeps a neighbouring site from setting these cookies.
SESSION_COOKIE_NAME = "__Host-session" if _SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _SECURE
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SECURE = _SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = _SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SECURE_HSTS_PRELOAD = _SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
# The table of quotas has three inputs a feature.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_HANDLERS = ["clairevoie.web.security.BoundedUploadHandler"]
FILE_UPLOAD_LIMIT = 20_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
