"""Serving: uvicorn on one address, until Ctrl-C."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from calbench.errors import UsageError
from calbench.server.app import application
from calbench.server.security.gate import Gate
from calbench.server.security.patience import Patient
from calbench.server.services import Services
from calbench.server.settings import LOOPBACK, Settings


@dataclass(frozen=True)
class Address:
    """Where the server listens; port 0 takes a free one. Other than loopback needs a certificate or `plain`."""

    host: str = "127.0.0.1"
    port: int = 8765
    certificate: Path | None = None
    key: Path | None = None
    plain: bool = False

    def check(self) -> None:
        """Refuse to send passwords in the clear over a network.

        Raises:
            UsageError: It is neither loopback, nor has it a certificate, nor was plain text asked for.
        """
        if (self.certificate is None) != (self.key is None):
            raise UsageError("--tls-cert and --tls-key go together.")
        if self.host not in LOOPBACK and self.certificate is None and not self.plain:
            raise UsageError(
                f"--bind {self.host} would send passwords over the network in plain text. Give --tls-cert and "
                "--tls-key; or --plain-behind-proxy if a proxy on this machine or a closed network speaks https for it."
            )


def serve(settings: Settings, address: Address, ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C; `ready` is told the address once it can be reached.

    Raises:
        UsageError: The address cannot be used, or would send passwords in the clear.
    """
    address.check()
    server = _Server(_config(Gate(application(settings), settings), address), ready)
    server.run()
    if not server.started:
        raise UsageError(f"{address.host}:{address.port} cannot be listened on. Choose another --port.")


class Running:
    """A server in a thread of its own for as long as a `with` block lasts; for programs that have other work to do."""

    def __init__(self, settings: Settings, address: Address) -> None:
        app = application(settings)
        self.services: Services = app.state.services
        self.url = ""
        self._there = threading.Event()
        self._server = _Server(_config(Gate(app, settings), address), self._ready)
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)

    def __enter__(self) -> Running:
        self._thread.start()
        self._there.wait(30)
        if not self.url:
            raise UsageError("The server did not begin.")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server; runs go on."""
        self._server.should_exit = True
        self._thread.join(30)

    def _run(self) -> None:
        try:
            self._server.run()
        finally:
            self._there.set()

    def _ready(self, url: str) -> None:
        self.url = url
        self._there.set()


def _config(app: Gate, address: Address) -> uvicorn.Config:
    """Give how uvicorn serves.

    Raises:
        UsageError: Passwords would be sent in the clear.
    """
    address.check()
    return uvicorn.Config(
        app,
        host=address.host,
        port=address.port,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # nobody may say who he is by a header
        server_header=False,
        timeout_graceful_shutdown=1,  # streams have no end of their own
        h11_max_incomplete_event_size=32 * 1024,
        limit_concurrency=256,
        ws="none",
        http=Patient,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[str], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list | None = None) -> None:  # type: ignore[type-arg] # as uvicorn has it
        await super().startup(sockets)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            host = f"[{self.config.host}]" if ":" in self.config.host else self.config.host
            self._ready(f"{'https' if self.config.is_ssl else 'http'}://{host}:{port}/")
