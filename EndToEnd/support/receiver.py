"""A real HTTP server that takes notifications and remembers them."""

from __future__ import annotations

import http.server
import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from .waiting import wait_until


class QuietServer(http.server.ThreadingHTTPServer):
    """A sender that is killed in the middle of a request is what some checks are about."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Receiver:
    """Listens on a free port, or on `port`. `refuse_first` answers 503 to that many requests;
    each answer leaves after `delay_seconds`."""

    def __init__(
        self, refuse_first: int = 0, delay_seconds: float = 0.0, port: int = 0,
    ) -> None:
        self.lock = threading.Lock()
        self.notifications: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.refusals_left = refuse_first
        #: Requests that no notification could be.
        self.faults: list[str] = []
        self.attempts = 0
        self.delay_seconds = delay_seconds
        #: When each notification was there, by the monotonic clock.
        self.times: list[float] = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.read_body()
                if receiver.delay_seconds:
                    time.sleep(receiver.delay_seconds)
                status = receiver.take(body, {k.lower(): v for k, v in self.headers.items()})
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def read_body(self) -> bytes:
                if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                    length = int(self.headers.get("Content-Length") or 0)
                    body = self.rfile.read(length)
                    if len(body) < length:
                        # Its sender was killed: nothing has been received.
                        raise ConnectionAbortedError("the body is cut short")
                    return body
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = QuietServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/notify"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, body: bytes, headers: dict[str, str]) -> int:
        with self.lock:
            self.attempts += 1
            if not body:
                self.faults.append(f"no body, headers {headers}")
                return 400
            if self.refusals_left > 0:
                self.refusals_left -= 1
                return 503
            self.notifications.append(json.loads(body))
            self.headers.append(headers)
            self.times.append(time.monotonic())
            return 204

    def wait_for(
        self, what: str, condition: Callable[[list[dict[str, Any]]], Any], seconds: float = 20.0,
    ) -> Any:
        def look() -> Any:
            with self.lock:
                return condition(self.notifications)

        return wait_until(what, look, seconds)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
