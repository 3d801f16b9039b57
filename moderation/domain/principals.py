"""Who is asking: an anonymous reader, a person with a password, or a program's token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["anonymous", "site", "moderator", "admin"]


@dataclass(frozen=True)
class Principal:
    """A caller whose credential has been checked.

    Attributes:
        kind: ``anonymous``, ``user`` or ``token``.
        id: the user's or token's id, empty for the anonymous reader.
        name: what colleagues see beside a claim or decision.
        role: ``site`` tokens speak for one site's readers, ``moderator`` reviews the
            named sites, ``admin`` may do everything everywhere.
        site_ids: the sites it may act on; an admin's is not looked at.
    """

    kind: Literal["anonymous", "user", "token"]
    id: str
    name: str
    role: Role
    site_ids: frozenset[str] = field(default_factory=frozenset)

    @property
    def key(self) -> str:
        """Identity in claims, decisions and idempotency scopes; a token is its own reviewer."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    def may_act_on(self, site_id: str) -> bool:
        """Whether the caller's role reaches this site."""
        return self.is_admin or site_id in self.site_ids


ANONYMOUS = Principal(kind="anonymous", id="", name="anonymous", role="anonymous")
OPERATOR = Principal(kind="user", id="", name="operator", role="admin")
"""Whoever may run commands on the machine."""
