"""Self-hosted comment moderation. This file imports nothing, so that any part of the
package can be loaded alone (``moderation.domain`` needs the standard library only)."""

__version__ = "0.1.0"
