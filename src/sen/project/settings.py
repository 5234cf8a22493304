"""Django's settings, all derived from the one typed object `sen.kernel.configuration.Settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sen.kernel.configuration import settings as configuration
from sen.project.database import database
from sen.project.secret_key import secret_key

SEN = configuration()
SOURCE = Path(__file__).resolve().parent.parent

DEBUG = SEN.debug
SECRET_KEY = SEN.secret_key or secret_key(SEN.data)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *({SEN.host} - {"0.0.0.0", "::"}),  # noqa: S104 - the wildcard is an address to listen on, never a host name
    *(name.strip() for name in SEN.public_hosts.split(",") if name.strip()),
]

INSTALLED_APPS = [
    "sen.console",
    "sen.apps.audit",
    "sen.apps.organisations",
    "sen.apps.access",
    "sen.apps.files",
    "sen.apps.reports",
    "sen.apps.packs",
    "sen.apps.sources",
    "sen.apps.shifts",
    "sen.apps.assets",
    "sen.apps.notifications",
    "sen.apps.emergency",
    "sen.apps.alerts",
    "sen.apps.effectiveness",
    "sen.apps.indicators",
    "sen.apps.procedures",
    "sen.apps.documents",
    "sen.apps.dashboards",
    "sen.apps.incidents",
    "sen.apps.directives",
    "sen.apps.programme",
    "sen.apps.centres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sen.project.middleware.content_security_policy",
    "sen.project.middleware.live_position",
    "sen.project.middleware.problem_json",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sen.apps.access.middleware.language_of_user",
    "sen.apps.access.middleware.scope_of_user",
    "sen.apps.access.middleware.PeopleOnly",
    "sen.apps.access.middleware.second_factor_by_role",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sen.project.middleware.errors_as_pages",
]

ROOT_URLCONF = "sen.project.urls"
ASGI_APPLICATION = "sen.project.asgi.application"
APPEND_SLASH = True

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sen.project.context.centre",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {"default": database(SEN.database_url, SEN.data)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "sen.apps.access.passwords.PolicyValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "sen.apps.access.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Failed sign-ins are counted in the database, over all processes and restarts (sen.apps.access.lockout); allauth's own
# limits live in the memory of one process and only slow down floods.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": None, "reauthenticate": "10/m/user"}
ACCOUNT_FORMS = {"login": "sen.apps.access.sign_in.PasswordForm"}
MFA_FORMS = {"authenticate": "sen.apps.access.sign_in.CodeForm"}
MFA_ADAPTER = "sen.apps.access.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sen"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "sen_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SEN.https
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = "sen_csrf"
CSRF_COOKIE_SECURE = SEN.https
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS if SEN.https]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SEN.https else None
SECURE_HSTS_SECONDS = 365 * 86400 if SEN.https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = SEN.language
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [SOURCE / "project" / "locale"]
LANGUAGE_COOKIE_NAME = "sen_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [SOURCE / "web_components" / "built"]
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = DEBUG
SERVESTATIC_MAX_AGE = 0 if DEBUG else 300
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # web_components/built is absent until ./sen has built the islands
