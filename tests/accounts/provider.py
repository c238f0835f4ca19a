"""An identity provider of its own kind: in this process, with its own keys, as ProConnect speaks.

It answers what the site asks over `requests`, and signs userinfo as a JWT. Its attributes let a
test make it lie.
"""

import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://identite.test/api/v2"
CLIENT = "clairevoie"
SECRET = "secret-of-the-client-" + "s" * 20
Key = RSAPrivateKey | EllipticCurvePrivateKey


def rsa_key() -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


RSA, EC, STRANGER = rsa_key(), ec.generate_private_key(ec.SECP256R1()), rsa_key()


@dataclass
class Double:
    """The provider, and what it has been asked."""

    algorithm: str = "RS256"
    sub: str = "person-1"
    userinfo_sub: str | None = None
    email: str = "camille@exemple.fr"
    email_verified: bool | None = True
    # What replaces the claims or the key of a token.
    id_token_claims: dict[str, Any] = field(default_factory=dict)
    userinfo_claims: dict[str, Any] = field(default_factory=dict)
    userinfo_key: Key | None = None
    id_token_key: Key | None = None
    json_userinfo: bool = False
    broken: bool = False
    nonces: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def authorise(self, address: str) -> dict[str, str]:
        """The person agrees: gives what comes back to the site's callback."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["client_id"] == CLIENT
        assert len(query["state"]) >= 32
        assert len(query["nonce"]) >= 32
        code = f"code-{len(self.nonces)}"
        self.nonces[code] = query
        return {"code": code, "state": query["state"]}

    def sign(self, claims: dict[str, Any], key: Key | None = None) -> str:
        genuine = RSA if self.algorithm == "RS256" else EC
        kid = self.algorithm.lower()
        return jwt.encode(claims, key or genuine, algorithm=self.algorithm, headers={"kid": kid})

    def get(self, url: str, **options: Any) -> requests.Response:
        self.asked.append(url)
        if self.broken:
            raise requests.ConnectionError("no answer")
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return answer(
                {
                    "issuer": ISSUER,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "userinfo_endpoint": f"{ISSUER}/userinfo",
                    "jwks_uri": f"{ISSUER}/jwks",
                    "end_session_endpoint": f"{ISSUER}/session/end",
                }
            )
        if url == f"{ISSUER}/jwks":
            keys = [
                RSAAlgorithm.to_jwk(RSA.public_key(), as_dict=True)
                | {"kid": "rs256", "use": "sig", "alg": "RS256"},
                ECAlgorithm.to_jwk(EC.public_key(), as_dict=True)
                | {"kid": "es256", "use": "sig", "alg": "ES256"},
            ]
            return answer({"keys": keys})
        assert url == f"{ISSUER}/userinfo", url
        assert options["headers"]["Authorization"] == "Bearer access"
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": self.userinfo_sub or self.sub,
            "email": self.email,
            "given_name": "Camille",
            "usual_name": "Roux",
            "exp": int(time.time()) + 60,
        }
        if self.email_verified is not None:
            claims["email_verified"] = self.email_verified
        claims |= self.userinfo_claims
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.json_userinfo:
            return answer(claims)
        return answer(self.sign(claims, self.userinfo_key), "application/jwt")

    def post(self, url: str, *, data: dict[str, str], **_options: Any) -> requests.Response:
        self.asked.append(url)
        assert url == f"{ISSUER}/token"
        assert data["client_secret"] == SECRET
        asked = self.nonces.pop(data["code"])
        assert data["redirect_uri"] == asked["redirect_uri"]
        if "code_challenge" in asked:
            digest = sha256(data["code_verifier"].encode()).digest()
            assert urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        claims = {
            "iss": ISSUER,
            "aud": CLIENT,
            "sub": self.sub,
            "nonce": asked["nonce"],
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
        } | self.id_token_claims
        claims = {name: value for name, value in claims.items() if value is not None}
        token = self.sign(claims, self.id_token_key)
        return answer({"access_token": "access", "id_token": token, "token_type": "Bearer"})


def answer(content: dict[str, Any] | str, kind: str = "application/json") -> requests.Response:
    """A response as `requests` gives it."""
    response = requests.Response()
    response.status_code = 200
    response.headers["content-type"] = f"{kind}; charset=utf-8"
    text = content if isinstance(content, str) else json.dumps(content)
    response._content = text.encode()
    return response
