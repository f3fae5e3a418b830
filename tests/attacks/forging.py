"""Tokens of every forged kind: right in all but one thing."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.service import SECRET

PUBLISHED, OTHER = "published", "other"
MINUTE = timedelta(minutes=1)


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def said(subject: UUID, **changed: Any) -> dict[str, Any]:
    """Return what a good token says; None leaves a claim out."""
    now = datetime.now(UTC)
    good = {
        "iss": "huddle",
        "aud": "huddle",
        "iat": int(now.timestamp()),
        "exp": int((now + MINUTE).timestamp()),
        "sub": str(subject),
        "kind": "AGENT",
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def raw(head: Any, claims: Any, signature: bytes = b"") -> str:
    """Put a token together as it is, without asking whether it makes sense."""
    return f"{b64(orjson.dumps(head))}.{b64(orjson.dumps(claims))}.{b64(signature)}"


def hashed(head: Any, claims: Any, key: bytes) -> str:
    signed = f"{b64(orjson.dumps(head))}.{b64(orjson.dumps(claims))}"
    return f"{signed}.{b64(hmac.digest(key, signed.encode(), hashlib.sha256))}"


def by_pair(head: Any, claims: Any, pair: Any) -> str:
    signed = f"{b64(orjson.dumps(head))}.{b64(orjson.dumps(claims))}"
    return f"{signed}.{b64(RSAAlgorithm(RSAAlgorithm.SHA256).sign(signed.encode(), pair))}"


@cache
def rsa_pair(_name: str) -> Any:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def curve_pair(_name: str) -> Any:
    return ec.generate_private_key(ec.SECP256R1())


def published() -> dict[str, Any]:
    """Return the document of a provider with two keys."""
    keys = [
        (PUBLISHED, "RS256", RSAAlgorithm.to_jwk(rsa_pair(PUBLISHED).public_key(), as_dict=True)),
        (OTHER, "ES256", ECAlgorithm.to_jwk(curve_pair(OTHER).public_key(), as_dict=True)),
    ]
    return {"keys": [{**key, "kid": kid, "alg": alg, "use": "sig"} for kid, alg, key in keys]}


def public_forms(key: Any) -> dict[str, bytes]:
    """Return a public key in the forms that a careless service takes for a shared secret."""
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    numbers = key.public_numbers()
    return {
        "PEM": pem,
        "PEM without the last line's end": pem.strip(),
        "PEM of PKCS 1": key.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        "DER": key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "JWK": orjson.dumps(RSAAlgorithm.to_jwk(key, as_dict=True)),
        "its modulus": numbers.n.to_bytes(256, "big"),
        "its modulus in letters": b64(numbers.n.to_bytes(256, "big")).encode(),
    }


@dataclass(frozen=True)
class Forger:
    """Knows somebody's id, and whatever is public."""

    subject: UUID
    changes: dict[str, dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        now = datetime.now(UTC)
        changes: dict[str, dict[str, Any]] = {
            "expired": {"exp": int((now - MINUTE).timestamp())},
            "never ends": {"exp": None},
            "ends at infinity": {"exp": 10**18},
            "ends at a word": {"exp": "tomorrow"},
            "not yet": {"nbf": int((now + MINUTE).timestamp())},
            "issued in the future": {"iat": int((now + MINUTE).timestamp())},
            "issued never": {"iat": None},
            "another audience": {"aud": "elsewhere"},
            "other audiences": {"aud": ["elsewhere", "huddle2"]},
            "no audience": {"aud": None},
            "another issuer": {"iss": "elsewhere"},
            "no issuer": {"iss": None},
            "no subject": {"sub": None},
            "a subject that is no id": {"sub": "lin"},
            "a subject that is a list": {"sub": [str(self.subject)]},
            "no kind": {"kind": None},
            "an unknown kind": {"kind": "ADMIN"},
            "a kind that is a list": {"kind": ["AGENT"]},
            "a conversation that is none": {"conversation": "all"},
        }
        object.__setattr__(self, "changes", changes)

    def claims(self, **changed: Any) -> dict[str, Any]:
        return said(self.subject, **changed)

    def with_nothing(self) -> Iterator[tuple[str, str]]:
        """Yield tokens for which no key is needed."""
        claims = self.claims()
        for alg in (
            "none",
            "None",
            "NONE",
            "nOnE",
            "",
            None,
            "HS1",
            "../../dev/null",
            ["HS256"],
            {"a": 1},
            0,
        ):
            yield f"alg {alg!r}", raw({"alg": alg, "typ": "JWT"}, claims)
        yield "no alg", raw({"typ": "JWT"}, claims)
        yield "alg HS256 without a signature", raw({"alg": "HS256"}, claims)
        yield "a head 5 000 deep", f"{b64(b'[' * 5_000)}.{b64(b'{}')}.x"
        deep = b'{"alg": ' + b"[" * 1_500 + b"]" * 1_500 + b"}"
        yield "a head with 1 500 lists", f"{b64(deep)}.e30.x"
        yield "a head of null", "bnVsbA.e30.x"
        yield "detached", raw({"alg": "HS256", "b64": False, "crit": ["b64"]}, claims)
        yield "five parts, as if encrypted", "a.b.c.d.e"
        yield "one part", "a"
        yield "points", "..."
        yield "bytes that are no letters", "\xff\xfe.\xff.\xff"
        yield "9 000 letters", "a" * 9_000
        yield "a whole megabyte said to be short", raw({"alg": "HS256"}, claims) + "A" * 7_500

    def by_secret(self) -> Iterator[tuple[str, str]]:
        """Yield tokens of a service that signs for itself."""
        claims = self.claims()
        good = jwt.encode(claims, SECRET, "HS256")
        head, middle, signature = good.split(".")
        lie = b64(orjson.dumps(self.claims(kind="INTEGRATION")))
        yield "the wrong key", jwt.encode(claims, "x" * 40, "HS256")
        yield "an empty key", hashed({"alg": "HS256"}, claims, b"")
        yield "the secret in capitals", jwt.encode(claims, SECRET.upper(), "HS256")
        yield "another algorithm of the same secret", jwt.encode(claims, SECRET + "x" * 64, "HS512")
        yield "HS384", jwt.encode(claims, SECRET.ljust(48), "HS384")
        yield "RS256", jwt.encode(claims, rsa_pair("forged"), "RS256")
        yield "ES256", jwt.encode(claims, curve_pair("forged"), "ES256")
        yield "another body", f"{head}.{lie}.{signature}"
        yield "half a signature", good[:-20]
        yield "a longer signature", good + "AAAA"
        yield "two tokens", f"{good} {good}"
        yield "two bodies", f"{head}.{middle}.{middle}.{signature}"
        yield "a key in its head", self.embedded()
        yield "a place for a key", hashed({"alg": "HS256", "kid": "../../dev/null"}, claims, b"")
        for name, change in self.changes.items():
            yield name, hashed({"alg": "HS256"}, self.claims(**change), SECRET.encode())

    def by_public_key(self) -> Iterator[tuple[str, str]]:
        """Yield tokens of a service that believes the keys of a provider."""
        claims, pair = self.claims(), rsa_pair(PUBLISHED)
        known = {"kid": PUBLISHED}
        for name, key in public_forms(pair.public_key()).items():
            yield (
                f"HMAC with the public key, {name}",
                hashed({"alg": "HS256", **known}, claims, key),
            )
        yield "HMAC with the secret of old", jwt.encode(claims, SECRET, "HS256", known)
        yield "another key of that id", jwt.encode(claims, rsa_pair("forged"), "RS256", known)
        yield "no id of a key", jwt.encode(claims, pair, "RS256")
        yield "the other key's id", jwt.encode(claims, pair, "RS256", {"kid": OTHER})
        yield "another algorithm of that key", jwt.encode(claims, pair, "RS512", known)
        yield "PS256 of that key", jwt.encode(claims, pair, "PS256", known)
        yield "ES256 under an id of RSA", jwt.encode(claims, curve_pair("forged"), "ES256", known)
        yield "a key in its head", self.embedded(**known)
        yield (
            "a key at an address",
            raw({"alg": "RS256", "jku": "http://127.0.0.1:1/keys", **known}, claims, b"x"),
        )
        yield "no signature", raw({"alg": "none", **known}, claims)
        for kid in ("", "unknown", "../published", "published\0", ["published"], {"a": 1}, 7):
            yield f"the key {kid!r}", raw({"alg": "RS256", "kid": kid}, claims, b"x" * 256)
        for name, change in self.changes.items():
            yield name, by_pair({"alg": "RS256", **known}, self.claims(**change), pair)

    def embedded(self, **head: Any) -> str:
        """Return a token that brings the key to believe it by."""
        pair = rsa_pair("forged")
        public = RSAAlgorithm.to_jwk(pair.public_key(), as_dict=True)
        return jwt.encode(self.claims(), pair, "RS256", {"jwk": public, **head})
