"""From an `Authorization` value to what the token in it says."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import jwt

from domain.actors import ActorKind
from resolvers.actors import Claims
from server.keys import ALGORITHMS, KeySet, NoSuchKey
from server.settings import Settings
from server.tokens import INVALID, UNREADABLE, BadToken, Expected, bearer, sign, verify

REMEMBERED = 4096


class Authenticator:
    """Believes either our own secret or an identity provider's public keys, never both."""

    def __init__(self, chosen: Settings) -> None:
        self.expected = Expected(chosen.jwt_issuer, chosen.jwt_audience, chosen.jwt_claims)
        self.keys = KeySet(chosen.jwks_url) if chosen.jwks_url else None
        self.known: dict[str, Claims] = {}
        self.secret = None if chosen.jwks_url else chosen.signing_secret()

    async def claims(self, authorization: object) -> Claims | None:
        """Return what the token says, None without one, or raise BadToken."""
        token = bearer(authorization)
        if token is None:
            return None
        if self.keys is None:
            return self._by_secret(token)
        return await self._by_public_key(self.keys, token)

    def sign_guest(
        self, agent_id: UUID, conversation_id: UUID, invitation_id: UUID, until: datetime
    ) -> str:
        """Return a token that is good for one invitation to one conversation until then."""
        assert self.secret, "with an identity provider nothing is signed here"
        left = until - datetime.now(UTC)
        named = (ActorKind.AGENT, agent_id, conversation_id)
        return sign(self.secret, *named, left, self.expected, invitation_id)

    def _by_secret(self, token: str) -> Claims:
        """Verify a signature once, as long as the token is valid: our secret does not change while we run."""
        known = self.known.get(token)
        if known is not None and known.expires_at > datetime.now(UTC):
            return known
        claims = verify(self.secret, token, expected=self.expected)
        if len(self.known) >= REMEMBERED:
            del self.known[next(iter(self.known))]
        self.known[token] = claims
        return claims

    async def _by_public_key(self, keys: KeySet, token: str) -> Claims:
        """Let the key say which algorithm it is for; the token must name the same one."""
        try:
            head = jwt.get_unverified_header(token)
            if head.get("alg") not in ALGORITHMS:
                raise BadToken(INVALID)
            key = await keys.find(head.get("kid"))
        except (*UNREADABLE, NoSuchKey) as problem:
            raise BadToken(INVALID) from problem
        return verify(key, token, [key.algorithm_name], self.expected)
