"""One JSON call to a configured address: no redirects, no other hosts, every failure as Unreachable or Refused."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from sen.apps.notifications.carriers.contract import Refused, Unreachable
from sen.kernel.configuration import Settings

_MOST = 64 * 1024
_AGAIN = {408, 423, 425, 429}


def tls(config: Settings) -> ssl.SSLContext:
    """Trusts the system's authorities, and the one of the closed network where `SEN_CARRIER_CA` names it."""
    return ssl.create_default_context(cafile=config.carrier_ca or None)


def post(url: str, body: bytes, headers: Mapping[str, str], config: Settings) -> dict[str, Any]:
    """The JSON object that the gateway answers with 2xx, `{}` where it has none.

    Raises Unreachable (no connection, timeout, 5xx, 408, 423, 425, 429) and Refused (other answers). A redirect is refused: messages
    go to the configured host or nowhere.
    """
    parts = urlsplit(url)
    host, path = parts.hostname or "", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=config.carrier_timeout_s, context=tls(config))
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=config.carrier_timeout_s)
    )
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        status, pause, content = answer.status, answer.headers.get("Retry-After"), answer.read(_MOST)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(_("Cổng %(host)s không trả lời: %(error)s.") % {"host": host, "error": error or type(error).__name__}) from error  # fmt: skip
    finally:
        connection.close()
    said = _object(content)
    if status < 300:
        return said
    reason = _("Cổng %(host)s trả lời %(status)d %(words)s") % {
        "host": host, "status": status, "words": str(said.get("reason") or said.get("detail") or "")[:200]
    }  # fmt: skip
    if status >= 500 or status in _AGAIN:
        raise Unreachable(reason.strip(), float(pause) if pause and pause.isdigit() else None)
    raise Refused(reason.strip())


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
