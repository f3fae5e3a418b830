"""The command line `huddle`."""

from __future__ import annotations

import sys
from datetime import timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import orjson
import typer

from models.database import Database
from resolvers import auditing
from server import serving
from server.commands import app as app
from server.commands import command, say
from server.contract import comparing
from server.demo.listing import DemoPerson, people
from server.settings import Settings, SettingsError, settings
from server.tokens import Expected, sign

MOST_WORKERS = 64
YEAR = 365 * 24 * 3600

audit = typer.Typer(help="The audit of what was done and refused.", no_args_is_help=True)
app.add_typer(audit, name="audit")

BROKEN = 4


def open_database(chosen: Settings) -> Database:
    chosen.home.mkdir(parents=True, exist_ok=True)
    return Database(chosen.database_url)


def refuse_in_production(chosen: Settings, what: str) -> None:
    if chosen.production:
        raise SettingsError(f"{what} is for development; HUDDLE_ENV is production.")


async def bring_up_to_date(database: Database) -> None:
    from server.migrating import migrate  # few starts have anything to migrate

    await migrate(database)


async def prepare_demo(database: Database) -> list[DemoPerson]:
    from server.demo.loading import load  # few starts have a demo

    await bring_up_to_date(database)
    if not await people(database):
        say("Loading demo data ...")
    await load(database)
    return await people(database)


@command
async def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Load demo data and say who to be.")] = False,
    host: Annotated[
        str | None, typer.Option(help="Where to listen; only this machine unless said.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on.", min=1, max=65535)
    ] = None,
    workers: Annotated[
        int, typer.Option(help="How many processes serve on it.", min=1, max=MOST_WORKERS)
    ] = 1,
) -> None:
    """Serve the API."""
    chosen = settings().at(host, port)
    chosen.check_to_serve()
    if demo:
        refuse_in_production(chosen, "--demo")
    database = open_database(chosen)
    try:
        await serving.wait_for(chosen, database)
        await serving.prepare(chosen, database)
        persons = await prepare_demo(database) if demo else []
    finally:
        await database.dispose()
    if workers == 1:
        serving.load()
    listening = serving.listen(chosen)
    if demo:
        say(serving.invitation(chosen, persons))
    await serving.serve(chosen, listening, workers)


@command
async def migrate() -> None:
    """Bring the database up to date."""
    database = open_database(settings())
    say("Migrating ...")
    try:
        await bring_up_to_date(database)
    finally:
        await database.dispose()
    typer.echo("The database is up to date.")


@command
async def doctor() -> None:
    """Tell whether the database and what else is around let the service keep its promises."""
    from server.doctor.checks import examine
    from server.doctor.findings import is_well, report

    chosen = settings()
    database = open_database(chosen)
    try:
        findings = await examine(chosen, database)
    finally:
        await database.dispose()
    typer.echo(report(findings))
    if not is_well(findings):
        raise typer.Exit(1)


@command
async def demo() -> None:
    """Load the demo data if it is missing, and list its people."""
    chosen = settings()
    refuse_in_production(chosen, "The demo")
    database = open_database(chosen)
    try:
        typer.echo(serving.listing(await prepare_demo(database)))
    finally:
        await database.dispose()


@command
async def token(
    key: Annotated[str, typer.Argument(help="Whose: a key that `huddle demo` lists.")],
    ttl: Annotated[
        int, typer.Option(help="How long it is valid, in seconds; a year at most.", min=1, max=YEAR)
    ] = 43_200,
) -> None:
    """Print a token of a demo person."""
    chosen = settings()
    refuse_in_production(chosen, "token")
    database = open_database(chosen)
    try:
        found = [person for person in await prepare_demo(database) if person.key == key]
    finally:
        await database.dispose()
    if not found:
        raise SettingsError(f"Nobody in the demo has the key {key}; `huddle demo` lists the keys.")
    person = found[0]
    secret = chosen.signing_secret()
    expected = Expected(chosen.jwt_issuer, chosen.jwt_audience, chosen.jwt_claims)
    ends = timedelta(seconds=ttl)
    typer.echo(sign(secret, person.kind, person.id, person.conversation_id, ends, expected))


@command
async def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Compare with the committed file instead of printing.")
    ] = False,
    diff: Annotated[
        Path | None,
        typer.Option(
            help="Tell what changed since this older schema.graphql. Exits with 4 when a change breaks clients, with "
            "3 when one is dangerous, else with 0.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Tell it as a section of the change log.")
    ] = False,
) -> None:
    """Print the schema."""
    from schema.build import sdl  # building it takes a moment that other commands need not wait for

    if diff:
        report, code = comparing.compared(diff, sdl(), markdown=markdown)
        typer.echo(report)
        raise typer.Exit(code)
    if not check:
        sys.stdout.write(sdl())
        return
    if _committed_schema() != sdl():
        raise SettingsError("schema.graphql is not current; run `huddle schema > schema.graphql`.")
    comparing.check_deprecations(sdl())
    typer.echo("schema.graphql is current.")


@command
async def mock(
    sdl: Annotated[
        Path | None,
        typer.Option(
            "--schema", help="A schema.graphql; ours unless said.", exists=True, dir_okay=False
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another seed, other data.")] = 0,
    every: Annotated[float, typer.Option(help="Seconds between two events.", min=0.01)] = 1.0,
    host: Annotated[str | None, typer.Option(help="Where to listen.")] = None,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on.", min=1, max=65535)
    ] = None,
) -> None:
    """Serve example data of a schema, without a database."""
    from server.mock.app import build_mock

    chosen = settings().at(host, port)
    refuse_in_production(chosen, "The mock")
    text = sdl.read_text(encoding="utf-8") if sdl else _committed_schema()
    app = build_mock(chosen, text, seed, every)
    listening = serving.listen(chosen)
    say(f"Example data of seed {seed} on http://{chosen.host}:{chosen.port}/graphql")
    await serving.serve_app(app, chosen, listening)


@command
async def documents(
    folder: Annotated[
        Path, typer.Argument(help="Where they are: .graphql files, one document each.")
    ],
) -> None:
    """Print a registry of trusted documents, for HUDDLE_DOCUMENTS."""
    from server.graphql.documents import collect  # the schema comes with it

    found = collect(folder)
    if not found:
        raise SettingsError(f"There are no .graphql files in {folder}.")
    typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


@partial(command, group=audit)
async def verify() -> None:
    """Follow the audit of every organization from its beginning. Exits with 4 when one is not what was written."""
    database = open_database(settings())
    try:
        async with database.snapshot() as frozen:
            verdicts = [verdict async for verdict in auditing.verify(frozen)]
    finally:
        await database.dispose()
    for verdict in verdicts:
        state = verdict.broken or f"unbroken; the newest digest is {verdict.digest.hex()}"
        typer.echo(f"{verdict.organization}: {verdict.entries} entries, {state}")
    if any(verdict.broken for verdict in verdicts):
        raise typer.Exit(BROKEN)


def _committed_schema() -> str:
    """Return the published file: beside the packages, in a checkout as in an installed wheel."""
    path = Path(str(files("server"))).parent / "schema.graphql"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> None:
    app()
