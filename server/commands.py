"""How a command of `huddle` is registered, runs and fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec

import typer
from sqlalchemy.exc import SQLAlchemyError
from uvicorn.loops.auto import auto_loop_factory

from server.settings import SettingsError

P = ParamSpec("P")

app = typer.Typer(
    name="huddle",
    help="Invite colleagues into a live customer conversation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def command(
    function: Callable[P, Coroutine[Any, Any, None]], group: typer.Typer = app
) -> Callable[P, None]:
    """Register an asynchronous command whose errors are one sentence and a non-zero exit."""

    @group.command()
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
                runner.run(function(*args, **kwargs))
        except SettingsError as problem:
            fail(str(problem))
        except (SQLAlchemyError, OSError) as problem:
            fail(f"The database cannot be used: {_first_line(problem)}")
        except ValueError as problem:
            fail(str(problem))

    return run


def fail(sentence: str) -> None:
    typer.echo(f"huddle: {sentence}", err=True)
    raise typer.Exit(1)


def _first_line(problem: BaseException) -> str:
    """Return the first line of what the driver said; it may name the address but never the password."""
    cause = getattr(problem, "orig", None) or problem
    return (str(cause).splitlines() or [type(cause).__name__])[0]


def say(sentence: str) -> None:
    """Tell of progress without mixing it into what a command prints."""
    typer.echo(sentence, err=True)
