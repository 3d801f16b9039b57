"""No webhook leads into the service's own network, however the address is written."""

from __future__ import annotations

import socket
import ssl
import subprocess
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from moderation.domain.network_addresses import is_public
from moderation.outbound.post import WebhookPost, _tls_context
from tests.functional.webhooks.conftest import HOOKS
from tests.functional.webhooks.receiver import Receiver, receiving

INSIDE = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.2.1", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "fec0::1",
    "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "2002:7f00:1::", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1",
)  # fmt: skip
OUTSIDE = (
    "1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1",
)  # fmt: skip
SPELLINGS = (
    "localhost", "LOCALHOST.", "app.localhost", "127.1", "2130706433", "0x7f000001", "0x7f.1",
    "017700000001", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
)  # fmt: skip


@pytest.fixture
def environ(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "MODERATION_WEBHOOK_ALLOW_PRIVATE": "off"}


def test_only_public_addresses_are_public() -> None:
    assert [text for text in INSIDE if is_public(ip_address(text))] == []
    assert [text for text in OUTSIDE if not is_public(ip_address(text))] == []


def test_address_that_shows_where_it_leads_is_refused_when_it_is_given(admin: Any) -> None:
    hosts = [f"[{text}]" if ":" in text else text for text in INSIDE]
    for host in (*hosts, *SPELLINGS):
        answer = admin.post(HOOKS, json={"url": f"http://{host}:8080/hook"})
        assert (answer.status_code, list(answer.json.get("errors", {}))) == (422, ["url"]), host
    assert admin.post(HOOKS, json={"url": "http://1.1.1.1/hook"}).status_code == 201


@pytest.mark.parametrize("host", [*SPELLINGS, "１２７.0.0.1"])
def test_no_spelling_of_loopback_is_connected_to(receiver: Receiver, host: str) -> None:
    url = receiver.url.replace("127.0.0.1", host)
    assert WebhookPost(allow_private=False)(url, b"{}", {}).error in (
        "address_not_allowed",
        "unknown_host",
    )
    assert receiver.requests == []


def test_name_is_looked_up_once_and_what_was_checked_is_connected_to(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is checked and leads inside a moment later."""
    real, asked = socket.getaddrinfo, []

    def rebinding(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "rebind.example":
            return real(host, *args, **kwargs)
        asked.append(host)
        return real("192.0.2.1" if len(asked) == 1 else "127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr("moderation.outbound.post.is_public", lambda a: str(a) != "127.0.0.1")
    url = receiver.url.replace("127.0.0.1", "rebind.example")
    post = WebhookPost(allow_private=False, timeout_s=0.3)
    assert post(url, b"{}", {}).error in ("timed_out", "connection_failed")
    assert (asked, receiver.requests) == (["rebind.example"], [])
    assert post(url, b"{}", {}).error == "address_not_allowed"
    assert receiver.requests == []


def test_of_a_names_addresses_only_the_public_ones_are_tried(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, "hooks.example", "10.0.0.1", "127.0.0.1")
    monkeypatch.setattr("moderation.outbound.post.is_public", lambda a: str(a) == "127.0.0.1")
    tried, connect = [], socket.socket.connect

    def noted(self: socket.socket, to: Any) -> None:
        tried.append(to[0])
        connect(self, to)

    monkeypatch.setattr(socket.socket, "connect", noted)
    url = receiver.url.replace("127.0.0.1", "hooks.example")
    assert WebhookPost(allow_private=False)(url, b"{}", {}).status == 200
    assert tried == ["127.0.0.1"]
    _, headers, _ = receiver.requests[0]
    assert headers["host"].startswith("hooks.example:")


@pytest.mark.parametrize("name", ["hooks.example", "other.example"])
def test_certificate_has_to_fit_the_name_though_the_address_is_connected_to(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=hooks.example",
         "-addext", "subjectAltName=DNS:hooks.example"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    _tls_context.cache_clear()
    _resolve(monkeypatch, name, "127.0.0.1")
    try:
        with receiving(context) as secure:
            url = secure.url.replace("127.0.0.1", name)
            reply = WebhookPost(allow_private=True)(url, b"{}", {})
    finally:
        _tls_context.cache_clear()
    fits = name == "hooks.example"
    assert (reply.status, reply.error) == ((200, None) if fits else (None, "tls_failed"))
    assert len(secure.requests) == fits


def _resolve(monkeypatch: pytest.MonkeyPatch, name: str, *addresses: str) -> None:
    """Have one name stand for these addresses."""
    real = socket.getaddrinfo

    def resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != name:
            return real(host, *args, **kwargs)
        return [found for address in addresses for found in real(address, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
