"""Sending mail through a server of the site's own (SMTP, RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from moderation.domain.letters import Letter, MailDelayed, MailRefused

PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TIMEOUT_S: Final = 15.0


class SmtpMailer:
    """Sends letters, each over a connection of its own.

    Args:
        url: ``smtp://``, ``smtp+starttls://`` or ``smtps://``, with host and, where
            needed, port, user and password.
        sender: an address, or ``Name <address>``.
        timeout_s: seconds that one step may take.
    """

    def __init__(self, url: str, sender: str, timeout_s: float = TIMEOUT_S) -> None:
        self._parts = urlsplit(url)
        self._sender = sender
        self._timeout_s = timeout_s

    def send(self, letter: Letter) -> None:
        """Hand one letter to the server.

        Raises:
            MailRefused: it will never be taken.
            MailDelayed: it may be taken later.
        """
        message = self._message(letter)
        try:
            with self._connected() as server:
                server.send_message(message, parseaddr(self._sender)[1], [letter.to])
        except smtplib.SMTPRecipientsRefused as error:
            code = max((code for code, _ in error.recipients.values()), default=0)
            raise _refusal(code, error) from None
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error) from None
        except smtplib.SMTPNotSupportedError as error:
            # The address needs an extension that the server has not got (SMTPUTF8).
            raise MailRefused(type(error).__name__) from None
        except (smtplib.SMTPException, OSError) as error:
            # Among them a refused sender or password: the mail is good once these are.
            raise MailDelayed(_said(error)) from None

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        # First of all: it takes away what is there of the headers that tell of the content.
        message.set_content(letter.text)
        try:
            message["From"] = self._sender
            message["To"] = letter.to
            message["Subject"] = letter.subject
            for name, value in letter.headers.items():
                message[name] = value
        except (MessageError, ValueError, IndexError) as error:
            raise MailRefused(type(error).__name__) from None
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{letter.id}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        # Programs that answer mail by themselves leave this one alone (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        return message

    def _connected(self) -> smtplib.SMTP:
        scheme, host = self._parts.scheme, self._parts.hostname or ""
        port = self._parts.port or PORTS[scheme]
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if scheme == "smtps":
            server = smtplib.SMTP_SSL(host, port, timeout=self._timeout_s, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=self._timeout_s)
        try:
            if scheme == "smtp+starttls":
                server.starttls(context=context)
            if self._parts.username:
                server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _refusal(code: int, error: Exception) -> MailRefused | MailDelayed:
    said = f"{type(error).__name__} {code}"
    return MailRefused(said) if code >= 500 else MailDelayed(said)


def _said(error: Exception) -> str:
    """What went wrong without the server's own words, which may name the address."""
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
