"""An OpenID Connect provider that runs here, for the time of a test."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest


@dataclass
class Provider:
    """A small OpenID Connect provider: whatever browser comes is ``claims``."""

    url: str = ""
    claims: dict = field(default_factory=dict)
    down: bool = False


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    here = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if here.down:
                return self.send_error(503)
            asked = urlsplit(self.path)
            if asked.path == "/authorization":
                sent = {name: values[0] for name, values in parse_qs(asked.query).items()}
                back = urlencode({"code": "c", "state": sent["state"]})
                self.send_response(302)
                self.send_header("Location", f"{sent['redirect_uri']}?{back}")
                return self.end_headers()
            if "well-known" in self.path:
                ends = {f"{name}_endpoint": f"{here.url}/{name}" for name in ("authorization", "token", "userinfo")}
                return self.say({**ends, "issuer": here.url, "jwks_uri": f"{here.url}/keys"})
            return self.say(here.claims)

        def do_POST(self):
            if here.down:
                return self.send_error(503)
            token = jwt.encode({"iss": here.url, "aud": "shop", **here.claims}, "k" * 32, algorithm="HS256")
            return self.say({"access_token": "a", "token_type": "Bearer", "id_token": token})

        def say(self, answer):
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    app = {
        "provider_id": "here",
        "name": "Here",
        "client_id": "shop",
        "secret": "s",
        "settings": {"server_url": here.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    here.claims = {"sub": "77", "email": "Mali@example.com", "email_verified": True, "name": "Mali S."}
    yield here
    server.shutdown()
    thread.join()
