"""Which network addresses are everybody's, and which lead into somebody's own network.

A webhook's address is given by an admin of a site, who need not be the one to whom the
network around this service belongs.
"""

from __future__ import annotations

import socket
import unicodedata
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

_NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet.

    Not: loopback, private, link-local, shared (RFC 6598), multicast, reserved,
    unspecified, documentation; nor an IPv6 address in which such an IPv4 address is
    wrapped (mapped, 6to4, NAT64).
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not (address.is_multicast or address.is_reserved)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    wrapped = address.ipv4_mapped or address.sixtofour
    if wrapped is not None:
        return is_public(wrapped)
    special = address.is_multicast or address.is_reserved or address.is_site_local
    return address.is_global and not special


def host_leads_inside(host: str) -> bool:
    """Whether a host's name alone shows that it is not public.

    True for ``localhost`` and for addresses that are not public in any notation that a
    resolver takes: ``127.1``, ``2130706433``, ``0x7f000001``, ``017700000001``. What other
    names stand for is known only when they are resolved.
    """
    name = unicodedata.normalize("NFKC", host).strip("[]").rstrip(".").casefold()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return not is_public(ip_address(name.partition("%")[0]))
    except ValueError:
        pass
    try:
        return not is_public(IPv4Address(socket.inet_aton(name)))
    except (OSError, UnicodeError):
        return False
