"""``flask backup``: what has to be kept of a service on SQLite."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from moderation.bootstrap import Runtime
from moderation.cli_errors import plainly
from moderation.errors import InvalidInput
from moderation.storage.backup import copy_database, is_sqlite


def backup_command(runtime: Runtime) -> click.Command:
    """``flask backup``."""

    @click.command("backup")
    @click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
    @plainly
    def backup(folder: Path) -> None:
        """Copy the SQLite database and the secret key into a new folder, and print it.

        The service may go on meanwhile. To go back, stop it and copy both files into the
        instance folder.
        """
        settings = runtime.settings
        if not is_sqlite(settings.database_url):
            raise InvalidInput({"FOLDER": ["PostgreSQL has a tool of its own: use pg_dump."]})
        if folder.exists():
            raise InvalidInput({"FOLDER": [f"{folder} is there already; name a new one."]})
        folder.mkdir(mode=0o700, parents=True)
        copy_database(settings.database_url, folder / "moderation.sqlite3")
        secret = settings.instance / "secret_key"
        if secret.exists():
            shutil.copy2(secret, folder / secret.name)
        click.echo(folder)

    return backup
