"""Tokens of one hour, fetched by an OAuth client that we did not write (Authlib)."""

from __future__ import annotations

import json
import re
import unittest

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey

from support import ngsi
from support.city import City, running_city
from support.staff import Staff

ENTITY = {
    "id": "urn:ngsi-ld:Bench:oauth", "type": "Bench",
    "seats": {"type": "Property", "value": 3}}


class OAuthTest(unittest.TestCase):
    city: City
    staff: Staff
    key: str
    #: The address of the consumer's page, and its name as a client.
    page: str
    client_id: str

    @classmethod
    def setUpClass(cls) -> None:
        cls.city = cls.enterClassContext(running_city(is_open=False))
        cls.staff = Staff(cls.city)
        cls.key = cls.fetch_key()
        cls.page = re.search(
            r"/staff/developers/\d+", cls.staff.get("/staff/developers").text)[0]
        cls.client_id = re.search(
            r"<code>(consumer-\d+)</code>", cls.staff.get(cls.page).text)[1]

    @classmethod
    def fetch_key(cls) -> str:
        client = cls.city.client()
        asked = client.form("/developers/keys", {
            "name": "川の見守り", "organisation": "球磨川ソフト", "contact": "dev@example.jp",
            "purpose": "水位を知らせる", "products": ["context-read/v1", "context-write/v1"]})
        link = asked.headers["location"]
        waiting = re.search(
            r'name="request" value="(\d+)"', cls.staff.get("/staff/developers").text)
        assert waiting, "nothing waits for a decision"
        cls.staff.fill("/staff/developers", {
            "request": waiting[1], "decision": "approve", "plan": "standard"})
        return re.search(r'id="key">([^<]+)<', client.form(f"{link}/key", {}).text)[1]

    def session(self, method: str, scope: str = "") -> OAuth2Session:
        """Finds the endpoint by the city's own description of it (RFC 8414)."""
        session = OAuth2Session(
            self.client_id, self.key, scope=scope or None, token_endpoint_auth_method=method)
        self.addCleanup(session.close)
        self.server = session.get(
            f"{self.city.url}/.well-known/oauth-authorization-server", withhold_token=True).json()
        self.assertEqual(self.server["issuer"], self.city.url)
        return session

    def test_a_key_buys_a_token_that_opens_less(self) -> None:
        for method in ("client_secret_basic", "client_secret_post"):
            with self.subTest(method):
                session = self.session(method, "context-read/v1")
                token = session.fetch_token(
                    self.server["token_endpoint"], grant_type="client_credentials")
                self.assertEqual(token["token_type"], "Bearer")
                self.assertEqual(token["scope"], "context-read/v1")
                self.assertLessEqual(token["expires_in"], 3600)
                url = f"{self.city.url}{ngsi.ENTITIES}"
                read = session.get(url, params={"type": "Shelter"})
                self.assertEqual(read.status_code, 200, read.text)
                self.assertIn("RateLimit", read.headers)
                self.assertEqual(session.post(url, json=ENTITY).status_code, 403)
                gone = session.revoke_token(
                    self.server["revocation_endpoint"], token["access_token"])
                self.assertEqual(gone.status_code, 200, gone.text)
                self.assertEqual(session.get(url, params={"type": "Shelter"}).status_code, 401)

    def test_a_client_signs_instead_of_sending_a_secret(self) -> None:
        pair = ECKey.generate_key("P-256", {"use": "sig"})
        refused = self.staff.fill(self.page, {"jwk": json.dumps(pair.as_dict(private=True))})
        self.assertEqual(refused.status, 400, refused)
        added = self.staff.fill(self.page, {"jwk": json.dumps(pair.as_dict(private=False))})
        self.assertEqual(added.status, 200, added)
        session = self.session("private_key_jwt")
        session.client_secret = pair
        session.register_client_auth_method(
            PrivateKeyJWT(self.server["token_endpoint"], alg="ES256"))
        token = session.fetch_token(
            self.server["token_endpoint"], grant_type="client_credentials")
        self.assertEqual(token["scope"], "context-read/v1 context-write/v1")
        url = f"{self.city.url}{ngsi.ENTITIES}"
        made = session.post(url, json=ENTITY)
        self.assertEqual(made.status_code, 201, made.text)

    def test_refusals_are_those_of_the_standard(self) -> None:
        session = self.session("client_secret_basic", "readings/v1")
        with self.assertRaises(OAuthError) as refused:
            session.fetch_token(self.server["token_endpoint"], grant_type="client_credentials")
        self.assertEqual(refused.exception.error, "invalid_scope")
        session.client_secret = "A" * 43
        with self.assertRaises(OAuthError) as refused:
            session.fetch_token(self.server["token_endpoint"], grant_type="client_credentials")
        self.assertEqual(refused.exception.error, "invalid_client")
        client = self.city.client()
        for fields, error in (
            ({}, "invalid_request"), ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": "client_credentials"}, "invalid_request"),
            ({"grant_type": ["client_credentials"] * 2}, "invalid_request"),
        ):
            with self.subTest(fields):
                answer = client.form("/oauth/token", fields)
                self.assertEqual(answer.status, 400, answer)
                self.assertEqual(answer.json["error"], error)
                self.assertEqual(answer.headers["cache-control"], "no-store")
        large = client.form("/oauth/token", {"grant_type": "x" * 20_000})
        self.assertEqual(large.status, 413, large)
