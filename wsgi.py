"""Entry point of web servers and of the ``flask`` command."""

import sys

from moderation.app import create_app
from moderation.cli import register_commands
from moderation.errors import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"error: {error.message}")
register_commands(app)
