"""A member of staff at the city's forms, by plain HTTP: what works here works without JavaScript."""

from __future__ import annotations

import re
import secrets
import urllib.parse

from .city import City
from .http import Client, Response

PASSWORD = "kuma-no-mizu-2020"


def first_password(city: City) -> tuple[str, str]:
    """The first member of staff, whom the server announces once: `login NAME`, `password WORD`."""
    said = city.log.read_text(encoding="utf-8")
    login = re.search(r"^\s*login +(\S+)$", said, re.MULTILINE)
    password = re.search(r"^\s*password +(\S+)$", said, re.MULTILINE)
    assert login and password, "the server announced no first account"
    return login[1], password[1]


class Staff:
    """Signed in with a password of their own."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.cookie = ""
        login, first = first_password(city)
        self._send("/staff/sign-in", {"login": login, "password": first})
        page = self.get("/staff/password")
        self._send(
            "/staff/password", {"csrf": token(page), "current": first, "new": PASSWORD})

    def _client(self) -> Client:
        """A new connection: the city may have been restarted since."""
        return self.city.client()

    def get(self, path: str) -> Response:
        return self._client().get(path, {"Cookie": self.cookie, "Accept": "text/html"})

    def fill(self, path: str, fields: dict[str, str]) -> Response:
        """Opens the form, sends it, and follows where it leads."""
        answer = self._send(path, {"csrf": token(self.get(path)), **fields})
        return self.follow(answer)

    def upload(
        self, path: str, name: str, content: bytes, fields: dict[str, str]
    ) -> tuple[str, Response]:
        """Sends a file; gives the address that it led to, and the page there."""
        mark = secrets.token_hex(16)
        fields = {"csrf": token(self.get(path)), **fields}
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()]
        parts.append(
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{mark}--\r\n".encode()
        answer = self._client().request("POST", path, body, {
            "Cookie": self.cookie, "Accept": "text/html",
            "Content-Type": f"multipart/form-data; boundary={mark}"})
        return answer.headers.get("location", ""), self.follow(answer)

    def follow(self, answer: Response) -> Response:
        place = answer.headers.get("location")
        return self.get(place) if answer.status == 303 and place else answer

    def _send(self, path: str, fields: dict[str, str]) -> Response:
        answer = self._client().request(
            "POST", path, urllib.parse.urlencode(fields).encode(), {
                "Cookie": self.cookie, "Accept": "text/html",
                "Content-Type": "application/x-www-form-urlencoded"})
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].split(";")[0]
        return answer


def token(page: Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found, f"the page has no form: {page}"
    return found[1]


def typed(page: Response) -> dict[str, str]:
    """What every field of a page's forms holds, as a browser would send it back."""
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page.text):
        name, value = (re.search(rf'\b{key}="([^"]*)"', tag) for key in ("name", "value"))
        box = 'type="checkbox"' in tag
        if name and (not box or " checked" in tag):
            fields[name[1]] = unescape(value[1]) if value else ""
    for name, inner in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page.text, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        first = re.search(r'<option value="([^"]*)"', inner)
        found = chosen or first
        fields[name] = unescape(found[1]) if found else ""
    return fields


def unescape(text: str) -> str:
    for mark, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'")):
        text = text.replace(mark, character)
    return text.replace("&amp;", "&")
