"""Callers of the open API."""

import json
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from glocal.platform.accounts import facade as accounts

ALL_SCOPES = tuple(
    f"{area}:{verb}"
    for area in ("catalogue", "questions", "prices", "stock", "orders", "shipping")
    for verb in ("read", "write")
)


def token(*scopes: str, unit: str = "na", person_id: UUID | None = None) -> str:
    """A token's secret; the unit ``na`` has the markets US and CA."""
    return accounts.issue_token(name="test", business_unit=unit, scopes=scopes, actor_id=None, person_id=person_id)[1]


def files(name: str, *contents: bytes) -> bytes:
    """The body of a call that sends files."""
    return encode_multipart(BOUNDARY, {name: [SimpleUploadedFile("file", one) for one in contents]})


@dataclass
class Caller:
    """A program that calls the API: perhaps with a token, always with a visitor id of its own."""

    secret: str = ""
    language: str = "en"
    visitor: str = field(default_factory=lambda: str(uuid4()))
    client: Client = field(default_factory=Client)

    def __call__(self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Any:
        sent = {"X-Visitor-Id": self.visitor, "Accept-Language": self.language} | headers
        if self.secret:
            sent["Authorization"] = f"Bearer {self.secret}"
        if key is not None:
            sent["Idempotency-Key"] = key
        kind = MULTIPART_CONTENT if isinstance(body, bytes) else "application/json"
        data = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        # In a test that rolls back, a refused service dooms no more than its own request, as outside.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return self.client.generic(method, f"/api/v1{path}", data, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        return self("POST", path, body, key=key or str(uuid4()))


def code_of(response: Any) -> tuple[int, str]:
    """Status and code of a refusal, which must be whole problem+json."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content[:300]
    problem = json.loads(response.content)
    assert problem["status"] == response.status_code
    assert problem["title"]
    assert problem["type"].endswith(problem["code"])
    return response.status_code, problem["code"]
