"""The client's address is cut before anybody keeps it."""

from __future__ import annotations

import pytest
from flask import Request
from werkzeug.test import EnvironBuilder

from moderation.web.client_address import client_key, client_network


def request_from(address: str | None) -> Request:
    environ = EnvironBuilder().get_environ()
    environ.pop("REMOTE_ADDR", None)
    if address is not None:
        environ["REMOTE_ADDR"] = address
    return Request(environ)


@pytest.mark.parametrize(
    ("address", "network", "key"),
    [
        ("192.0.2.77", "192.0.2.0/24", "192.0.2.77/32"),
        ("::ffff:192.0.2.77", "192.0.2.0/24", "192.0.2.77/32"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/48", "fe80::/64"),
        ("unix:", None, "unknown"),
        ("", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_address_is_cut(address: str | None, network: str | None, key: str) -> None:
    assert client_network(request_from(address)) == network
    assert client_key(request_from(address)) == key
