"""A plain HTTP client with one kept connection; one per thread."""

from __future__ import annotations

import http.client
import json
import urllib.parse
from dataclasses import dataclass
from typing import Any

#: Any answer takes at most this long, even on a busy machine with a debug build.
TIMEOUT_SECONDS = 20.0


class NoAnswer(Exception):
    """The server could not be reached, or hung up before it answered."""


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    def __str__(self) -> str:
        return f"{self.status} {self.headers.get('content-type', '')} {self.body[:600]!r}"


class Client:
    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.timeout = parts.hostname or "127.0.0.1", parts.port, timeout
        self.connection: http.client.HTTPConnection | None = None

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None,
        **query: str,
    ) -> Response:
        """Sends `body` (bytes as they are, anything else as JSON) and reads the whole answer."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            headers.setdefault(
                "Content-Type",
                "application/ld+json" if _has_context(body) else "application/json")
            body = json.dumps(body, ensure_ascii=False).encode()
        if query:
            path += "?" + urllib.parse.urlencode(query)
        return self._send(method, path, body, headers)

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Response:
        if self.connection is None:
            self.connection = http.client.HTTPConnection(
                self.host, self.port, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(f"{method} {path}: {error!r}") from error
        names = {name.lower(): value for name, value in answer.getheaders()}
        return Response(answer.status, names, content)

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Response:
        return self.request("GET", path, None, headers, **query)

    def post(
        self, path: str, body: Any, headers: dict[str, str] | None = None, **query: str
    ) -> Response:
        return self.request("POST", path, body, headers, **query)

    def form(self, path: str, fields: dict[str, str | list[str]]) -> Response:
        """Sends a form as a browser does; a field with several values comes several times."""
        return self.post(
            path, urllib.parse.urlencode(fields, doseq=True).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"})

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _has_context(body: Any) -> bool:
    first = body[0] if isinstance(body, list) and body else body
    return isinstance(first, dict) and "@context" in first
