"""A time stamp authority made with openssl, behind a small HTTP server on the loopback address."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

_MOST = 64 * 1024
CONFIGURATION = """
[ req ]
distinguished_name = dn
prompt = no
x509_extensions = ext
[ dn ]
CN = Local time stamps
[ ext ]
extendedKeyUsage = critical,timeStamping
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
[ one ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
ess_cert_id_alg = {digest}
"""


def make(folder: Path, digest: str = "sha256") -> Path:
    """Make key and certificate of an authority; gives its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "tsa.cnf"
    settings.write_text(CONFIGURATION.format(folder=folder, digest=digest), encoding="ascii")
    (folder / "serial").write_text("01\n", encoding="ascii")
    command: list[str | Path] = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "30",
        "-config",
        settings,
    ]
    subprocess.run(
        [*command, "-keyout", folder / "tsa.key", "-out", folder / "tsa.pem"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return settings


def reply(folder: Path, request: bytes) -> bytes:
    """Answer a request as the authority does."""
    (folder / "request.tsq").write_bytes(request)
    command: list[str | Path] = [
        "openssl",
        "ts",
        "-reply",
        "-queryfile",
        folder / "request.tsq",
        "-config",
        folder / "tsa.cnf",
    ]
    subprocess.run(
        [*command, "-section", "one", "-out", folder / "reply.tsr"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return (folder / "reply.tsr").read_bytes()


@contextlib.contextmanager
def serving(folder: Path, answer: bytes | None = None) -> Iterator[str]:
    """Serve the authority, or always one answer; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(min(int(self.headers["Content-Length"]), _MOST))
            body = reply(folder, request) if answer is None else answer
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # whoever asks reads no more than it must
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
