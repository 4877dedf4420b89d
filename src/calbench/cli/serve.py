"""`calbench serve`: the operator page."""

from __future__ import annotations

from pathlib import Path

import click

from calbench.cli.wording import word
from calbench.errors import UsageError


@click.command("serve")
@click.option(
    "--runs", type=click.Path(path_type=Path, file_okay=False), default=Path("runs"), help="Folder of runs."
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of accounts, audit log and logs; RUNS/.page if not given.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, help="Port; 0 takes a free one.")
@click.option(
    "--bind",
    default="127.0.0.1",
    metavar="ADDRESS",
    help="Address to listen on; this machine only if not given.",
)
@click.option(
    "--name", "names", multiple=True, metavar="HOST", help="A further name under which the page is asked for."
)
@click.option(
    "--tls-cert", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Certificate, for https."
)
@click.option("--tls-key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Its key.")
@click.option("--plain-behind-proxy", is_flag=True, help="Another address without https: a proxy speaks it.")
def command(
    runs: Path,
    state: Path | None,
    port: int,
    bind: str,
    names: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    plain_behind_proxy: bool,  # noqa: FBT001 - click hands it over so
) -> None:
    """Serve the operator page, to this machine unless told otherwise; ends with Ctrl-C, and no run ends with it."""
    try:
        from calbench.server.serving import Address, serve  # noqa: PLC0415 - its packages are an extra
        from calbench.server.settings import LOOPBACK, Settings  # noqa: PLC0415 - as above
    except ModuleNotFoundError as error:
        raise UsageError(f"The page needs {error.name}: pip install 'calbench[page]'.") from error
    settings = Settings(
        runs=runs,
        state=state or runs / ".page",
        names=(*LOOPBACK, bind.lower(), *(name.lower() for name in names)),
        https=tls_cert is not None or plain_behind_proxy,
    )
    address = Address(bind, port, tls_cert, tls_key, plain_behind_proxy)
    serve(settings, address, lambda url: click.echo(word("serving", url=url)))
