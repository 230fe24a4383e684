import argon2
import pytest

from pixeltrack.accounts.argon2 import Argon2Hasher
from pixeltrack.accounts.ports import PasswordHasher
from tests.fakes.people import FakeHasher

PASSWORD = "goodpassword123"


class PasswordHasherContract:
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        raise NotImplementedError

    def test_a_password_fits_its_hash_alone(self, hasher: PasswordHasher) -> None:
        hashed = hasher.hash(PASSWORD)
        assert hasher.verify(hashed, PASSWORD)
        assert not hasher.verify(hashed, PASSWORD + "4")
        assert not hasher.verify(hashed, "")

    def test_nothing_fits_nobodys(self, hasher: PasswordHasher) -> None:
        assert not hasher.verify(None, PASSWORD)
        assert not hasher.verify(None, "")

    def test_a_new_hash_is_not_outdated(self, hasher: PasswordHasher) -> None:
        assert not hasher.is_outdated(hasher.hash(PASSWORD))


class TestFakeHasher(PasswordHasherContract):
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return FakeHasher()


class TestArgon2Hasher(PasswordHasherContract):
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return Argon2Hasher()

    def test_it_is_argon2id_with_a_salt(self, hasher: PasswordHasher) -> None:
        hashes = {hasher.hash(PASSWORD) for _ in range(2)}
        assert len(hashes) == 2
        assert all(h.startswith("$argon2id$") and len(h) <= 512 for h in hashes)

    def test_a_weaker_hash_is_outdated_and_still_fits(self, hasher: PasswordHasher) -> None:
        weak = argon2.PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
        assert hasher.is_outdated(weak)
        assert hasher.verify(weak, PASSWORD)

    def test_nobodys_hash_costs_what_anybodys_does(self, monkeypatch: pytest.MonkeyPatch) -> None:
        checked: list[str] = []
        real = argon2.PasswordHasher.verify

        def verify(self: argon2.PasswordHasher, hashed: str, password: str) -> bool:
            checked.append(hashed)
            return real(self, hashed, password)

        monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
        hasher = Argon2Hasher()
        hasher.verify(None, PASSWORD)
        assert argon2.extract_parameters(checked[0]) == argon2.extract_parameters(
            hasher.hash(PASSWORD)
        )

    @pytest.mark.parametrize("broken", ["", "$argon2id$", "plain"])
    def test_a_broken_hash_fits_nothing(self, hasher: PasswordHasher, broken: str) -> None:
        assert not hasher.verify(broken, PASSWORD)
