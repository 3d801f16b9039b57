"""How commands tell what went wrong: plain lines and an exit status, no trace."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from moderation.errors import InvalidInput, ModerationError

Command = TypeVar("Command", bound=Callable[..., Any])

FAILED = 1
CALLED_WRONGLY = 2


def plainly(command: Command) -> Command:
    """Turn expected errors into lines on standard error and exit status 1 or 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ModerationError as error:
            click.echo(f"error: {error.message}", err=True)
            for field, messages in error.fields.items():
                click.echo(f"  {field}: {' '.join(messages)}", err=True)
            sys.exit(CALLED_WRONGLY if isinstance(error, InvalidInput) else FAILED)

    return cast(Command, run)
