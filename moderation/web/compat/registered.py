"""All blueprints that speak other services' protocols."""

from __future__ import annotations

from moderation.web.compat import coral, openai, perspective

ALL = (perspective.blueprint, openai.blueprint, coral.blueprint)
