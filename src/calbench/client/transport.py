"""Requests to one server over HTTP, each on a connection of its own."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from calbench.client.problems import Unreachable, problem_of
from calbench.errors import UsageError

PREFIX = "/api/v1"
MOST = 64 * 1024 * 1024
"""Bytes of an answer: results of 48 units are a hundredth of that."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")
OK = range(200, 300)
NONE: Mapping[str, str] = {}


class Transport:
    """Sends requests with a token.

    Raises:
        UsageError: The address is none of http or https, or a token would be sent over a network in the clear.
    """

    def __init__(self, url: str, token: str, timeout: float, *, plain: bool = False) -> None:
        found = urlsplit(url)
        if found.scheme not in ("http", "https") or not found.hostname or found.path.strip("/"):
            raise UsageError(f"{url[:200]!r} is not the address of a server: http://127.0.0.1:8765 is one.")
        if found.scheme == "http" and found.hostname not in LOOPBACK and not plain:
            raise UsageError(
                f"The token would be sent to {found.hostname} in the clear. Use https, or plain=True."
            )
        self._host, self._port, self._https = found.hostname, found.port, found.scheme == "https"
        if not token.isascii() or not token.isprintable() or not token:
            raise UsageError("A token is what calbench accounts token NAME prints.")
        self._token, self._timeout = token, timeout

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Send a request; gives the JSON of its answer.

        Raises:
            Refused: The server says no, and why.
            Unreachable: It does not answer, or not with JSON.
        """
        with self.open(method, path, body) as answer:
            content = answer.read(MOST + 1)
        try:
            return json.loads(content)
        except ValueError as error:
            raise Unreachable(f"{path}: the answer is not JSON. Is this a server of calbench?") from error

    @contextmanager
    def open(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] = NONE
    ) -> Iterator[http.client.HTTPResponse]:
        """Send a request; gives its answer to be read.

        Raises:
            Refused: The server says no, and why.
            Unreachable: It does not answer, or breaks off.
        """
        connection = self._connection()
        sent = {"Authorization": f"Bearer {self._token}", "Accept": "*/*", **headers}
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, PREFIX + path, content, sent)
            answer = connection.getresponse()
            if answer.status not in OK:
                raise problem_of(answer.status, answer.read(MOST))
            yield answer
        except (OSError, http.client.HTTPException) as error:
            where = f"{self._host}:{connection.port}"
            raise Unreachable(
                f"{where}: {error or type(error).__name__}. Is calbench serve running there?"
            ) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._https:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
