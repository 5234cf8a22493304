"""E-mail over SMTP. The Message-ID is made of the delivery's key, so that mail systems can drop a repetition."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import ClassVar

from django.utils.translation import gettext as _

from sen.apps.notifications.carriers.contract import Carrier, Message, Receipt, Refused, Unreachable
from sen.apps.notifications.carriers.http_json import tls
from sen.kernel import clock
from sen.kernel.configuration import Settings


class Email(Carrier):
    """Needs an e-mail address; used from warnings upwards where a person chose nothing."""

    code: ClassVar[str] = "email"
    reaches: ClassVar[str] = "email"
    lowest: ClassVar[str] = "warning"

    @staticmethod
    def is_on(config: Settings) -> bool:
        """Where a server and a sender are set."""
        return bool(config.smtp_host and config.mail_from)

    def send(self, message: Message) -> Receipt:
        """Refused on permanent answers (5xx), Unreachable on temporary ones and where no connection is made."""
        letter = self._letter(message)
        try:
            with self._connected() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise self._problem(code, words) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable(
                _("Máy chủ thư không nhận tên và mật khẩu của trung tâm; kiểm tra SEN_SMTP_USER.")
            ) from error
        except smtplib.SMTPResponseException as error:
            raise self._problem(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPException) as error:
            host = self.config.smtp_host
            raise Unreachable(_("Máy chủ thư %(host)s không trả lời: %(error)s.") % {"host": host, "error": error or type(error).__name__}) from error  # fmt: skip
        return Receipt(letter["Message-ID"])

    def _connected(self) -> smtplib.SMTP:
        config = self.config
        if config.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                config.smtp_host, config.smtp_port, timeout=config.carrier_timeout_s, context=tls(config)
            )
        else:
            server = smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=config.carrier_timeout_s)
        try:
            if config.smtp_security == "starttls":
                server.starttls(context=tls(config))
            if config.smtp_user:
                server.login(config.smtp_user, config.smtp_password)
        except BaseException:
            server.close()
            raise
        return server

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = " ".join(message.title.split())
        letter["From"] = formataddr(("Sen", self.config.mail_from))
        letter["To"] = formataddr((message.name, message.to))
        letter["Date"] = format_datetime(clock.local(clock.now()))
        letter["Message-ID"] = f"<{message.key}@{self.config.mail_from.rpartition('@')[2] or 'sen'}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text())
        return letter

    def _problem(self, code: int, words: bytes | str) -> Refused | Unreachable:
        said = words.decode("utf8", "replace") if isinstance(words, bytes) else words
        reason = _("Máy chủ thư trả lời %(code)d %(words)s") % {"code": code, "words": said[:200]}
        return Refused(reason) if code >= 500 else Unreachable(reason)
