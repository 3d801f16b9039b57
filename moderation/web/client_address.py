"""The client's address, only ever in the shape that its use needs.

``request.remote_addr`` alone is read: behind trusted proxies it has been set from
``X-Forwarded-For``, and nowhere else is that header believed.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import Request


def client_network(req: Request) -> str | None:
    """The client's network, /24 or /48, as text; None if the address is not known."""
    address = _address(req)
    if address is None:
        return None
    return _network(address, 24 if address.version == 4 else 48)


def client_key(req: Request) -> str:
    """Who a rate limit counts: an IPv4 address, or the /64 that one IPv6 host has."""
    address = _address(req)
    if address is None:
        return "unknown"
    return _network(address, 32 if address.version == 4 else 64)


def _address(req: Request) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address((req.remote_addr or "").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _network(address: IPv4Address | IPv6Address, prefix: int) -> str:
    return str(ip_network((address, prefix), strict=False))
