"""Schema migrations, run by :mod:`moderation.migrate`; there is no ini file."""
