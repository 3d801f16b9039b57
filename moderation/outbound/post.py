"""Sending one webhook: to a checked address, within a time, following nobody.

The name is resolved here, once, and the connection goes to the address that was checked;
a name that resolves to something else a moment later changes nothing. For TLS the
name stays what the certificate has to fit.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http.client import HTTPException
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as TimedOut

from moderation.domain.network_addresses import is_public
from moderation.domain.webhooks import Reply

TIMEOUT_S: Final = 15.0
_CONNECT_S: Final = 5.0
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MOST_ADDRESSES: Final = 4


class _NotAllowed(Exception):
    """The name stands only for addresses that may not be connected to."""


class WebhookPost:
    """Posts a body and says what came of it.

    Args:
        allow_private: whether addresses that are not public may be connected to.
        timeout_s: for everything together, from the look-up to the answer's headers.
    """

    def __init__(self, *, allow_private: bool, timeout_s: float = TIMEOUT_S) -> None:
        self._allow_private = allow_private
        self._timeout_s = timeout_s

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send once. Never raises: every failure is a reply.

        Args:
            url: http(s), without user name, as checked when it was given.
            headers: besides ``Host``.
        """
        deadline = time.monotonic() + self._timeout_s
        try:
            parts = urlsplit(url)
            port = parts.port or _DEFAULT_PORTS[parts.scheme]
            addresses = self._addresses(parts.hostname or "", port)
            return self._send(parts, port, addresses, body, headers, deadline)
        except _NotAllowed:
            return Reply(error="address_not_allowed")
        except (socket.gaierror, UnicodeError):
            return Reply(error="unknown_host")
        except (SSLError, ssl.SSLError):
            return Reply(error="tls_failed")
        except (TimedOut, TimeoutError):
            return Reply(error="timed_out")
        except (HTTPError, HTTPException, OSError, ValueError):
            return Reply(error="connection_failed")

    def _addresses(self, host: str, port: int) -> list[str]:
        """What the name stands for, without what may not be connected to.

        Raises:
            _NotAllowed: nothing is left.
        """
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        texts = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [text for text in texts if self._allow_private or _is_public(text)]
        if not allowed:
            raise _NotAllowed
        return allowed[:_MOST_ADDRESSES]

    def _send(
        self,
        parts: SplitResult,
        port: int,
        addresses: list[str],
        body: bytes,
        headers: Mapping[str, str],
        deadline: float,
    ) -> Reply:
        connection = self._connected(parts, port, addresses, deadline)
        cut = threading.Event()
        # Read time-outs start anew with each byte; a receiver could drip for hours.
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), _cut_off, (connection, cut))
        timer.daemon = True
        timer.start()
        try:
            path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
            host = parts.netloc.rpartition("@")[2]
            connection.request("POST", path, body, {**headers, "Host": host}, preload_content=False)
            answer = connection.getresponse()
            # What was cut off looks like an answer that ended.
            if cut.is_set():
                return Reply(error="timed_out")
            return Reply(answer.status, retry_after=_retry_after(answer.headers.get("Retry-After")))
        except (HTTPError, HTTPException, OSError):
            if cut.is_set():
                return Reply(error="timed_out")
            raise
        finally:
            timer.cancel()
            connection.close()

    def _connected(
        self, parts: SplitResult, port: int, addresses: list[str], deadline: float
    ) -> HTTPConnection:
        """A connection to the first address that takes one."""
        failure: Exception = TimeoutError()
        for address in addresses:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                break
            # The last one has all the time that is left.
            wait_s = remaining if address == addresses[-1] else min(remaining, _CONNECT_S)
            connection = self._connection(parts, port, address, wait_s)
            try:
                connection.connect()
            except (SSLError, ssl.SSLError):
                connection.close()
                raise
            except (HTTPError, OSError) as error:
                connection.close()
                failure = error
                continue
            connection.timeout = max(0.1, deadline - time.monotonic())
            return connection
        raise failure

    def _connection(
        self, parts: SplitResult, port: int, address: str, timeout_s: float
    ) -> HTTPConnection:
        if parts.scheme == "http":
            return HTTPConnection(address, port, timeout=timeout_s)
        return HTTPSConnection(
            address,
            port,
            timeout=timeout_s,
            ssl_context=_tls_context(),
            cert_reqs="CERT_REQUIRED",
            server_hostname=parts.hostname,
        )


@cache
def _tls_context() -> ssl.SSLContext:
    """The system's own list of authorities; read when it is first needed."""
    return ssl.create_default_context()


def _is_public(text: str) -> bool:
    # A link-local address carries its interface behind a percent sign.
    return is_public(ip_address(text.partition("%")[0]))


def _cut_off(connection: HTTPConnection, cut: threading.Event) -> None:
    cut.set()
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _retry_after(value: str | None) -> timedelta | None:
    """The time in a ``Retry-After`` header (RFC 9110, section 10.2.3): seconds or a date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return timedelta(seconds=min(int(value.strip()[:9]), 10**7))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(0), moment - datetime.now(UTC))
