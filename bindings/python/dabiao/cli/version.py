"""`dabiao version`: which dabiao this is."""

from __future__ import annotations

import typer

from dabiao import _core
from dabiao.cli.console import write_text


def version() -> None:
    """Shows the version."""
    write_text(f"dabiao {_core.version}", None)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(version)
