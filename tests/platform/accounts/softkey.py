"""A passkey in software: makes the same answers a browser's authenticator would, for a test to bend."""

import hashlib
import json
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftKey:
    """One credential at ``origin``; ``rp`` is the name it belongs to."""

    origin: str = "http://localhost"
    rp: str = "localhost"
    handle: bytes = b""
    flags: int = PRESENT | VERIFIED
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def make(self, options: dict) -> str:
        """The answer to registration options, as a form sends it."""
        self.handle = websafe_decode(options["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        about = AuthenticatorData.create(
            hashlib.sha256(self.rp.encode()).digest(), self.flags | ATTESTED, 0, bytes(credential)
        )
        client = self._client_data("webauthn.create", options["challenge"])
        attestation = AttestationObject.create("none", about, {})
        return self._answer({"clientDataJSON": client, "attestationObject": bytes(attestation)})

    def use(self, options: dict) -> str:
        """The answer to a sign-in challenge."""
        about = AuthenticatorData.create(hashlib.sha256(self.rp.encode()).digest(), self.flags, 1)
        client = self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(bytes(about) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": bytes(about),
                "signature": signature,
                "userHandle": self.handle,
            }
        )

    def _answer(self, response: dict[str, bytes]) -> str:
        name = websafe_encode(self.credential_id)
        encoded = {key: websafe_encode(value) for key, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": encoded})
