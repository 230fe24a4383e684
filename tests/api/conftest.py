import ipaddress
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from jsonschema import Draft202012Validator

from infra_cdk.local.tools import openapi
from infra_cdk.local.trial import Trial


class Client:
    """Sends requests and holds each answer to the OpenAPI document."""

    def __init__(self, origin: str, document: dict[str, Any] | None = None) -> None:
        self.document = document or openapi.document()
        self._http = httpx.Client(base_url=origin, timeout=30)

    def another(self) -> "Client":
        """Return a client with cookies of its own."""
        return Client(str(self._http.base_url), self.document)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        response = self._http.request(method, path, **options)
        self._check(self._operation(method, path), response)
        return response

    def forget_cookies(self) -> None:
        self._http.cookies.clear()

    def close(self) -> None:
        self._http.close()

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        for template, operations in self.document["paths"].items():
            parts, asked = template.split("/"), path.split("?", maxsplit=1)[0].split("/")
            same = len(parts) == len(asked) and all(
                p == a or p.startswith("{") for p, a in zip(parts, asked, strict=True)
            )
            if same and method.lower() in operations:
                operation: dict[str, Any] = operations[method.lower()]
                return operation
        raise AssertionError(f"{method} {path} is not in the OpenAPI document")

    def _check(self, operation: dict[str, Any], response: httpx.Response) -> None:
        status = str(response.status_code)
        assert status in operation["responses"], f"{status} is not documented: {response.text}"
        answer = operation["responses"][status]
        for name, reference in answer.get("headers", {}).items():
            header = self.document["components"]["headers"]
            required = header[reference["$ref"].rpartition("/")[2]] if "$ref" in reference else {}
            assert name in response.headers or not required.get("required"), name
        content = answer.get("content")
        if content is None:
            assert response.content == b""
            return
        kind = response.headers["Content-Type"].partition(";")[0]
        assert kind in content, f"{kind} is not documented for {status}"
        if kind.endswith("json"):
            schema = content[kind]["schema"] | {"components": self.document["components"]}
            Draft202012Validator(schema).validate(response.json())


@dataclass(frozen=True)
class Person:
    """A registered account: what it logs in with and what it got."""

    email: str
    password: str
    id: str
    token: str
    cookie: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def some_address() -> str:
    """An address that no other test calls from, so that throttles count each test by itself."""
    return str(ipaddress.IPv6Address(secrets.randbits(120) | 0x20 << 120))


@pytest.fixture(scope="session")
def register(api: Client, host: Trial) -> Callable[..., Person]:
    """Make accounts: `register(email=…, password=…)`, each from an address of its own."""

    def make(*, is_confirmed: bool = False, **wanted: str) -> Person:
        email = f"{secrets.token_hex(8)}@pixeltrack.test"
        body = {"email": email, "password": "goodpassword123"} | wanted
        headers = {"X-Forwarded-For": some_address()}
        answer = api.request("POST", "/auth/register", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        told = answer.json()
        cookie = answer.cookies["pixeltrack_refresh"]
        api.forget_cookies()
        if is_confirmed:
            with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
                confirm = "update accounts set confirmed_at = now() where id = %s"
                connection.execute(confirm, [told["user"]["id"]])
        return Person(body["email"], body["password"], told["user"]["id"], told["token"], cookie)

    return make


@pytest.fixture(scope="session")
def person(register: Callable[..., Person]) -> Person:
    """A confirmed account that tests share; who changes it registers another."""
    return register(is_confirmed=True)


@pytest.fixture(scope="session")
def api(host: Trial) -> Iterator[Client]:
    """A client of the running host."""
    client = Client(host.origin)
    yield client
    client.close()
