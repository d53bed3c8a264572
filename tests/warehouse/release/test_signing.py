"""Signatures of releases, the key of a home, which keys are trusted; `vigil key` and `vigil verify`."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from storage import database
from storage.files import StorageError
from storage.home import Home
from tests.builders import digest, filled
from tests.releases import START, top, two_releases, whole, write
from vigil import cli
from warehouse.release.reader import Release, find
from warehouse.release.signing import (
    SigningError,
    fingerprint,
    given_key,
    public_pem,
    renew_key,
    signing_key,
    trusted_keys,
)
from warehouse.release.verification import verify
from warehouse.release.writer import write_release

Vigil = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template") / "it's home"
    two_releases(folder)
    return folder


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Home:
    return Home.at(str(shutil.copytree(template, tmp_path / "it's home")))


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    home = Home.at(str(tmp_path / "new home"))
    home.check_writable()
    return home


@pytest.fixture
def release(home: Home) -> Release:
    return find(home)


@pytest.fixture
def vigil(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vigil:
    def run(*arguments: object) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["vigil", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out + said.err

    return run


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def key_file(home: Home) -> Path:
    return Path(home.root.path) / "signing_key.pem"


def forged(release: Release) -> Ed25519PrivateKey:
    """A release signed once more with the key of somebody else, everything made to fit."""
    folder, key = top(release), Ed25519PrivateKey.generate()
    manifest = (folder / "manifest.json").read_bytes()
    old = digest(folder / "public_key.pem")
    (folder / "public_key.pem").write_bytes(public_pem(key.public_key()))
    manifest = manifest.replace(old.encode(), digest(folder / "public_key.pem").encode())
    (folder / "manifest.json").write_bytes(manifest)
    (folder / "manifest.sig").write_bytes(key.sign(manifest))
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    (folder / "SHA256SUMS").write_text(
        "".join(f"{digest(folder / line[66:])}  {line[66:]}\n" for line in lines), "utf-8"
    )
    return key


# The key of a home


@pytest.mark.usefixtures("open_umask")
def test_the_key_is_made_once_for_its_owner_alone_and_is_in_no_release(home: Home) -> None:
    assert stat.S_IMODE(key_file(home).stat().st_mode) == 0o600
    pem = key_file(home).read_bytes()
    assert fingerprint(signing_key(home).public_key()) == fingerprint(signing_key(home).public_key())
    body = pem.splitlines()[1]
    for path in Path(home.root.path).rglob("*"):
        assert path.name == "signing_key.pem" or not path.is_file() or body not in path.read_bytes()


@pytest.mark.usefixtures("open_umask")
def test_several_that_need_a_key_at_once_make_one(empty: Home) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = [pool.submit(signing_key, empty) for _ in range(64)]
        found = {fingerprint(key.result().public_key()) for key in keys}
    assert len(found) == 1
    assert [path.name for path in Path(empty.root.path).iterdir()] == ["signing_key.pem"]
    assert stat.S_IMODE(key_file(empty).stat().st_mode) == 0o600


def test_a_key_that_others_can_read_is_shut_when_it_is_used(home: Home) -> None:
    key_file(home).chmod(0o644)
    signing_key(home)
    assert stat.S_IMODE(key_file(home).stat().st_mode) == 0o600


def rsa() -> bytes:
    key = generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("data", [b"", b"x", b"\xff\x00", b"-----BEGIN PRIVATE KEY-----\n", rsa()])
def test_a_damaged_key_refuses_a_release_in_one_line(home: Home, data: bytes) -> None:
    key_file(home).write_bytes(data)
    before = sorted(Path(home.releases.path).iterdir())
    with pytest.raises(SigningError) as caught:
        write(home, whole("Stays"), 3)
    assert re.fullmatch(
        r"\S.*signing_key\.pem has no Ed25519 private key: .*vigil key --new.*", str(caught.value)
    )
    assert key_file(home).read_bytes() == data
    assert sorted(Path(home.releases.path).iterdir()) == before


def test_a_lost_key_refuses_a_release_and_no_other_is_made(home: Home, release: Release) -> None:
    key_file(home).unlink()
    before = sorted(Path(home.releases.path).iterdir())
    with pytest.raises(SigningError, match=f"signing_key.pem is missing, and release {release.id} is signed"):
        write(home, whole("Stays"), 3)
    assert not key_file(home).exists()
    assert sorted(Path(home.releases.path).iterdir()) == before


def test_a_folder_in_place_of_the_key_is_one_line(home: Home) -> None:
    key_file(home).unlink()
    key_file(home).mkdir()
    with pytest.raises(StorageError, match=r"cannot read .*signing_key\.pem: Is a directory"):
        signing_key(home)


def test_what_the_key_before_signed_stays_valid_in_the_home(home: Home, release: Release) -> None:
    first = signing_key(home).public_key()
    second = renew_key(home).public_key()
    third = renew_key(home).public_key()
    assert len({fingerprint(key) for key in (first, second, third)}) == 3
    assert [fingerprint(key) for key in trusted_keys(home)] == [
        fingerprint(key) for key in (third, first, second)
    ]
    assert verify(release, keys=trusted_keys(home)) == []
    newer = write(home, whole("Stays"), 3)
    assert verify(newer, keys=[third]) == []
    assert stat.S_IMODE(key_file(home).stat().st_mode) == 0o600


def test_a_lost_key_can_be_replaced(home: Home, release: Release) -> None:
    key_file(home).unlink()
    renew_key(home)
    assert verify(write(home, whole("Stays"), 3), keys=trusted_keys(home)) == []
    assert len(verify(release, keys=trusted_keys(home))) == 1
    kept = Path(home.root.path) / "earlier_keys.pem"  # as docs/operate.md says
    kept.write_bytes((top(release) / "public_key.pem").read_bytes())
    assert verify(release, keys=trusted_keys(home)) == []


# Signatures


def test_a_signature_fits_its_manifest_alone(release: Release) -> None:
    folder = top(release)
    assert len((folder / "manifest.sig").read_bytes()) == 64
    manifest = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(manifest.replace(b'"rows": 3', b'"rows": 4'))
    [problem] = verify(release)
    assert problem.startswith("manifest.json is not what was signed: manifest.sig does not fit it")


@pytest.mark.parametrize("data", [b"", b"x" * 63, b"x" * 65, b"x" * 64, b"\0" * 64])
def test_a_damaged_signature_is_one_line(release: Release, data: bytes) -> None:
    (top(release) / "manifest.sig").write_bytes(data)
    [problem] = verify(release)
    assert "manifest.sig" in problem


def test_a_release_that_another_key_signed_is_refused(home: Home, release: Release) -> None:
    own, other = signing_key(home).public_key(), forged(release).public_key()
    assert verify(release) == []  # it is whole, whoever signed it
    [problem] = verify(release, keys=[own])
    assert fingerprint(own) in problem
    assert fingerprint(other) in problem
    # and the signature of the right key beside the wrong content does not help
    (top(release) / "public_key.pem").write_bytes(public_pem(own))
    [problem] = verify(release, keys=[own])
    assert problem.startswith("manifest.json is not what was signed")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_verifies_a_release(release: Release) -> None:
    page = Path(__file__).parents[3] / "docs" / "asking.md"
    [command] = re.findall(r"^ *(openssl pkeyutl .*)$", page.read_text("utf-8"), re.MULTILINE)
    done = subprocess.run(command.split(), cwd=top(release), capture_output=True, text=True, check=False)
    if "rawin" in done.stderr:
        pytest.skip("an openssl before 3.0")
    assert (done.returncode, done.stdout.strip()) == (0, "Signature Verified Successfully")
    (top(release) / "manifest.json").write_bytes(b"{}")
    assert subprocess.run(command.split(), cwd=top(release), capture_output=True, check=False).returncode == 1


def test_a_key_can_be_given_by_file_by_its_text_and_by_the_line_in_it(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate().public_key()
    pem = public_pem(key).decode()
    path = tmp_path / "a key.pem"
    path.write_text(pem, "utf-8")
    for text in (str(path), pem, pem.replace("\n", "\r\n"), pem.splitlines()[1]):
        assert fingerprint(given_key(text)) == fingerprint(key)
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    (tmp_path / "rsa").write_bytes(rsa())
    for text in (raw, "", ".", "a\0b", fingerprint(key), "A" * 59 + "=", str(tmp_path / "rsa"), "x" * 9999):
        with pytest.raises((SigningError, StorageError)) as caught:
            given_key(text)
        assert "\n" not in str(caught.value)


# The commands


def test_key_prints_the_public_key_that_verify_takes(
    home: Home, release: Release, vigil: Vigil, tmp_path: Path
) -> None:
    code, said = vigil("key", "--home", home.root)
    assert code == 0
    public = re.search("-----BEGIN PUBLIC KEY-----\n.*\n-----END PUBLIC KEY-----\n", said)
    assert public
    assert "PRIVATE" not in said
    signer = fingerprint(signing_key(home).public_key())
    assert f"fingerprint {signer}" in said
    (tmp_path / "key.pem").write_text(public[0], "utf-8")
    code, said = vigil("verify", "--key", tmp_path / "key.pem", "--home", home.root)
    assert (code, f"signed with key {signer}, the one given" in said) == (0, True)
    code, said = vigil("verify", release.id, "--home", home.root)
    assert (code, f"signed with key {signer}, of this home" in said) == (0, True)


def test_verify_refuses_in_the_home_and_with_key_what_another_signed(
    home: Home, release: Release, vigil: Vigil
) -> None:
    own = public_pem(signing_key(home).public_key()).decode()
    forged(release)
    for arguments in ((), ("--key", own)):
        code, said = vigil("verify", release.id, *arguments, "--home", home.root)
        assert code == 1
        assert "this release is not signed with the key" in said
        assert said.splitlines()[-1] == f"vigil: release {release.id} is not whole: 1 problems"


def test_verify_of_a_downloaded_folder_needs_no_home(
    home: Home, release: Release, vigil: Vigil, tmp_path: Path
) -> None:
    signer = fingerprint(signing_key(home).public_key())
    own = public_pem(signing_key(home).public_key()).decode()
    folder = Path(shutil.copytree(top(release), tmp_path / "some download"))
    code, said = vigil("verify", folder, "--home", tmp_path / "no home")
    assert code == 0
    assert f"release {release.id} is whole" in said
    assert f"signed with key {signer}, not checked against a known key: use --key PUBLIC" in said
    assert f"release {release.manifest['previous']} is not beside it" in said
    assert not (tmp_path / "no home").exists()
    assert vigil("verify", folder, "--key", own, "--home", tmp_path / "no home")[0] == 0
    (folder / "parquet" / "names.parquet").write_bytes(b"x")
    code, said = vigil("verify", folder, "--home", tmp_path / "no home")
    assert code == 1
    assert "parquet/names.parquet is not as published" in said


def test_verify_of_a_folder_in_the_home_is_verify_of_the_release(
    home: Home, release: Release, vigil: Vigil
) -> None:
    code, said = vigil("verify", top(release), "--home", home.root)
    assert (code, "of this home" in said) == (0, True)


def test_verify_names_a_pointer_that_lies(home: Home, release: Release, vigil: Vigil) -> None:
    (home.releases / "latest.json").write_text('{"release": "2020-01-01T000000Z"}', "utf-8")
    code, said = vigil("verify", release.id, "--home", home.root)
    assert code == 1
    assert "latest.json" in said.splitlines()[0]


@pytest.mark.parametrize("command", ["key", "verify"])
def test_a_lost_key_is_one_line_on_the_command_line(home: Home, vigil: Vigil, command: str) -> None:
    key_file(home).write_bytes(b"damaged")
    code, said = vigil(command, "--home", home.root)
    assert code == 1
    assert len(said.splitlines()) == 1
    assert "signing_key.pem has no Ed25519 private key" in said


def test_key_of_no_home_is_refused(vigil: Vigil, tmp_path: Path) -> None:
    code, said = vigil("key", "--home", tmp_path / "nothing")
    assert (code, said.startswith("vigil: there is no ")) == (1, True)
    assert not (tmp_path / "nothing").exists()


def test_a_new_key_is_another_and_said_to_be(home: Home, release: Release, vigil: Vigil) -> None:
    before = fingerprint(signing_key(home).public_key())
    code, said = vigil("key", "--new", "--home", home.root)
    assert (code, before in said) == (0, False)
    code, said = vigil("verify", release.id, "--home", home.root)
    assert (code, f"signed with key {before}, of this home" in said) == (0, True)


def test_releases_of_two_homes_are_signed_with_two_keys(home: Home, empty: Home) -> None:
    with database.connect() as con:
        filled(con, whole("Stays"))
        inputs = {"fingerprint": "0" * 16, "code": "c", "sources": {}}
        write_release(con, empty, inputs, START)
    assert fingerprint(signing_key(empty).public_key()) != fingerprint(signing_key(home).public_key())
