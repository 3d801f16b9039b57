"""Commands under ``flask``: results alone on standard output, messages on standard error.

Exit status 0, 1 (it failed) or 2 (it was called wrongly).
"""

from __future__ import annotations

import sys

import click
from flask import Flask
from tqdm import tqdm

from moderation import cli_backup, cli_pages, cli_scorers, cli_scoring, cli_transfer
from moderation.app import RUNTIME
from moderation.bootstrap import Runtime
from moderation.cli_errors import plainly
from moderation.domain.principals import OPERATOR
from moderation.errors import Conflict
from moderation.migrate import migrate
from moderation.services.manage_people import USER_ROLES, NewUser, new_password
from moderation.services.manage_tokens import TOKEN_ROLES
from moderation.web.site.demo import PATH as DEMO_PATH
from moderation.web.site.demo import SLUG as DEMO_SLUG


def register_commands(app: Flask) -> None:
    """Add the commands to ``flask``."""
    runtime: Runtime = app.extensions[RUNTIME]
    for make in (
        _create_site,
        _create_token,
        _create_user,
        _migrate,
        _prepare_demo,
        _sweep,
        _rescore,
        _erase_author,
        cli_scoring.score_command,
        cli_scoring.evaluate_command,
        cli_backup.backup_command,
        cli_scorers.scorers_commands,
        cli_pages.close_page_command,
        cli_pages.open_page_command,
        cli_transfer.import_command,
        cli_transfer.export_command,
    ):
        app.cli.add_command(make(runtime))


def _create_site(runtime: Runtime) -> click.Command:
    @click.command("create-site")
    @click.argument("slug")
    @click.option("--name", required=True, help="What people call the site.")
    @click.option("--origin", "origins", multiple=True, required=True, metavar="URL",
                  help="Where its pages lie, such as https://news.example; may be repeated.")  # fmt: skip
    @plainly
    def create_site(slug: str, name: str, origins: tuple[str, ...]) -> None:
        """Make a site with the default policy."""
        click.echo(runtime.services.sites.create(OPERATOR, slug, name, origins).slug)

    return create_site


def _create_token(runtime: Runtime) -> click.Command:
    @click.command("create-token")
    @click.option("--role", type=click.Choice(TOKEN_ROLES), required=True)
    @click.option("--site", "sites", multiple=True, metavar="SLUG", help="May be repeated.")
    @click.option("--name", help="What it is for.")
    @plainly
    def create_token(role: str, sites: tuple[str, ...], name: str | None) -> None:
        """Make a token for a program and print it; it is not shown again."""
        click.echo(runtime.services.tokens.create(OPERATOR, role, sites, name).token)

    return create_token


def _create_user(runtime: Runtime) -> click.Command:
    @click.command("create-user")
    @click.argument("email")
    @click.option("--role", type=click.Choice(USER_ROLES), required=True)
    @click.option("--site", "sites", multiple=True, metavar="SLUG", help="May be repeated.")
    @click.option("--name", help="What colleagues see.")
    @click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
    @plainly
    def create_user(
        email: str, role: str, sites: tuple[str, ...], name: str | None, *, password_stdin: bool
    ) -> None:
        """Add a moderator or an admin; without --password-stdin a password is made and shown."""
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else new_password()
        user = runtime.services.people.create(OPERATOR, NewUser(email, password, role, sites, name))
        if not password_stdin:
            click.echo(f"password of {user.email} (shown once): {password}", err=True)
        click.echo(user.id)

    return create_user


def _migrate(runtime: Runtime) -> click.Command:
    @click.command("migrate")
    @click.option("--to", "revision", default="head", help="A revision, head or base.")
    @plainly
    def migrate_command(revision: str) -> None:
        """Bring the database's schema up to this version of the code."""
        settings = runtime.settings
        before, after = migrate(settings.database_url, settings.instance, revision)
        click.echo(f"schema {after or 'empty'} (was {before or 'empty'})")

    return migrate_command


def _prepare_demo(runtime: Runtime) -> click.Command:
    @click.command("prepare-demo")
    @plainly
    def prepare_demo() -> None:
        """Make the demo site, a moderator and an admin, unless the site is there already."""
        sites, base = runtime.services.sites, runtime.settings.base_url
        click.echo(f"demo article  {base}{DEMO_PATH}")
        origins = (
            "http://127.0.0.1:8000", "http://localhost:8000", base, "https://news.example",
        )  # fmt: skip
        try:
            sites.create(OPERATOR, DEMO_SLUG, "Demo site", origins)
        except Conflict:
            click.echo(f"the site {DEMO_SLUG} is already there", err=True)
            known = sites.get(OPERATOR, DEMO_SLUG).origins
            if base not in known:
                sites.change(OPERATOR, DEMO_SLUG, {"origins": [*known, base]})
            return
        for role in ("moderator", "admin"):
            email, password = f"{role}@{DEMO_SLUG}.example", new_password()
            user = NewUser(email, password, role, (DEMO_SLUG,), role.capitalize())
            runtime.services.people.create(OPERATOR, user)
            click.echo(f"{role:<9}  {email}  password: {password}")
        click.echo("These passwords are not shown again.", err=True)

    return prepare_demo


def _erase_author(runtime: Runtime) -> click.Command:
    @click.command("erase-author")
    @click.argument("email")
    @click.option("--site", "slug", metavar="SLUG", help="Only on this site.")
    @click.confirmation_option(prompt="Erase everything personal of this author for good?")
    @plainly
    def erase_author(email: str, slug: str | None) -> None:
        """Remove name, email, network and texts of one author; print how many comments."""
        click.echo(runtime.services.erase_author(OPERATOR, email, slug))

    return erase_author


def _sweep(runtime: Runtime) -> click.Command:
    @click.command("sweep")
    @plainly
    def sweep() -> None:
        """Score what waits, give up what has waited too long, deliver webhooks, send mail, tidy up."""
        runtime.scorer.warm_up(wait=True)
        done = runtime.services.sweep()
        turn = runtime.deliveries.once()
        click.echo(
            f"scored {done.scored}, put off {done.put_off}, given up {done.given_up}, "
            f"webhooks delivered {turn.delivered}, failed {turn.failed}"
        )
        if runtime.settings.smtp_url:
            mail = runtime.services.send_mail()
            click.echo(f"mails sent {mail.sent}, put off {mail.put_off}, given up {mail.given_up}")

    return sweep


def _rescore(runtime: Runtime) -> click.Command:
    @click.command("rescore")
    @click.option("--site", "slug", metavar="SLUG", help="Only this site's comments.")
    @plainly
    def rescore(slug: str | None) -> None:
        """Score all comments that the loaded model has not scored; no status changes."""
        site_id = runtime.services.sites.get(OPERATOR, slug).id if slug else None
        cli_scoring.load(runtime)
        with tqdm(unit=" comments", disable=None) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            click.echo(runtime.services.rescore(site_id, show))

    return rescore
