"""An OpenID provider on this machine, made of PyPI `authlib` and `flask`: the other side of residents'
sign-in, by somebody else's hands. It asks for PKCE, a nonce and `private_key_jwt`, and signs by ES256."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, redirect, request
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

CLIENT = "city"
SECONDS = 300


class Client(ClientMixin):
    def __init__(self, redirect: str, key: ECKey) -> None:
        self.redirect, self.key = redirect, key

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect

    def get_allowed_scope(self, scope: str) -> str:
        return "openid" if "openid" in scope.split() else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect

    def check_client_secret(self, client_secret: str) -> bool:
        return False

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "private_key_jwt"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):
    def __init__(self, code: str, person: str, asked: dict[str, str]) -> None:
        self.code, self.person = code, person
        self.redirect_uri = asked.get("redirect_uri", "")
        self.scope = asked.get("scope", "")
        self.nonce = asked.get("nonce")
        self.code_challenge = asked.get("code_challenge")
        self.code_challenge_method = asked.get("code_challenge_method")
        self.auth_time = int(time.time())

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Provider:
    """What it issued and refused; `person` is who signs in next."""

    def __init__(self, redirect: str, client_key: ECKey) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "provider-1", "use": "sig", "alg": "ES256"})
        self.client = Client(redirect, client_key)
        self.codes: dict[str, Code] = {}
        self.nonces: set[str] = set()
        self.assertions: set[str] = set()
        self.person = "pairwise-of-hana"
        self.tokens = 0
        self.issuer = ""

    def app(self) -> Flask:
        app = Flask("provider")
        provider = self

        class Codes(AuthorizationCodeGrant):
            TOKEN_ENDPOINT_AUTH_METHODS = ["private_key_jwt"]

            def save_authorization_code(self, code: str, asked: object) -> Code:
                made = Code(code, provider.person, dict(request.args) | dict(request.form))
                provider.codes[code] = made
                return made

            def query_authorization_code(self, code: str, client: Client) -> Code | None:
                return provider.codes.get(code)

            def delete_authorization_code(self, code: Code) -> None:
                provider.codes.pop(code.code, None)

            def authenticate_user(self, code: Code) -> str:
                return code.person

        class Identity(OpenIDCode):
            def exists_nonce(self, nonce: str, asked: object) -> bool:
                return nonce in provider.nonces

            def resolve_client_private_key(self, client: Client) -> ECKey:
                return provider.key

            def get_client_algorithm(self, client: Client) -> str:
                return "ES256"

            def get_client_claims(self, client: Client) -> dict[str, object]:
                return {"iss": provider.issuer}

            def get_jwt_config(self, grant: object, client: object = None) -> dict[str, object]:
                return {
                    "key": provider.key, "alg": "ES256", "iss": provider.issuer, "exp": SECONDS}

            def generate_user_info(self, person: str, scope: str) -> UserInfo:
                return UserInfo(sub=person)

        class Assertion(JWTBearerClientAssertion):
            CLIENT_AUTH_METHOD = "private_key_jwt"

            def get_audiences(self) -> list[str]:
                return [provider.issuer + "/token"]

            def validate_jti(self, claims: dict[str, object], jti: str) -> bool:
                if jti in provider.assertions:
                    return False
                provider.assertions.add(jti)
                return True

            def resolve_client_public_key(self, client: Client) -> ECKey:
                return client.key

        server = AuthorizationServer(
            app, query_client=lambda name: self.client if name == CLIENT else None,
            save_token=lambda token, asked: setattr(self, "tokens", self.tokens + 1))
        server.register_grant(Codes, [Identity(require_nonce=True), CodeChallenge(required=True)])
        server.register_client_auth_method("private_key_jwt", Assertion())

        @app.get("/.well-known/openid-configuration")
        def describe() -> object:
            return jsonify(
                issuer=self.issuer, authorization_endpoint=self.issuer + "/authorize",
                token_endpoint=self.issuer + "/token", jwks_uri=self.issuer + "/keys",
                response_types_supported=["code"], subject_types_supported=["pairwise"],
                id_token_signing_alg_values_supported=["ES256"])

        @app.get("/keys")
        def keys() -> object:
            return jsonify(keys=[self.key.as_dict(private=False)])

        @app.route("/authorize", methods=["GET", "POST"])
        def authorize() -> object:
            if request.method == "GET":
                server.get_consent_grant(end_user=self.person)
                return ("<!doctype html><title>Provider</title><form method='post'>"
                        "<button name='say' value='yes'>Yes</button>"
                        "<button name='say' value='no'>No</button></form>")
            if request.form["say"] == "no":
                # The library leaves `state` out of this answer; RFC 6749 §4.1.2.1 wants it.
                said = urlencode({"error": "access_denied", "state": request.args["state"]})
                return redirect(f"{self.client.redirect}?{said}")
            return server.create_authorization_response(grant_user=self.person)

        @app.post("/token")
        def token() -> object:
            return server.create_token_response()

        return app


@contextlib.contextmanager
def running_provider(redirect: str, client_key: ECKey) -> Iterator[Provider]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    provider = Provider(redirect, client_key)
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    # Plain http is right on this machine alone.
    with contextlib.ExitStack() as stack:
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
        stack.callback(os.environ.pop, "AUTHLIB_INSECURE_TRANSPORT", None)
        thread.start()
        stack.callback(thread.join)
        stack.callback(server.shutdown)
        yield provider
