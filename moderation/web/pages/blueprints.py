"""All blueprints of pages; each view declares ``@access(...)`` like any other route."""

from __future__ import annotations

from moderation.web.pages import sign_in

ALL = (sign_in.blueprint,)
