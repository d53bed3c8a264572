"""Ed25519 signatures of releases, the key of a home, and the keys that a reader trusts.

    <home>/signing_key.pem       the private key (PKCS #8), for its owner alone; created when first needed
    <home>/earlier_keys.pem      public keys that this home used before; their signatures stay valid
    <release>/public_key.pem     the public key (SubjectPublicKeyInfo) of the signer
    <release>/manifest.sig       the signature of manifest.json: 64 bytes (RFC 8032)

Without Vigil: `openssl pkeyutl -verify -pubin -inkey public_key.pem -rawin -in manifest.json -sigfile
manifest.sig`. A fingerprint is the first 32 hex digits of the SHA-256 of the public key in DER.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from upath import UPath

from storage.atomic_writes import write_atomic, write_new
from storage.files import StorageError, is_local, list_names, open_regular, storage_errors
from storage.home import Home
from storage.lease import lease

KEY = "signing_key.pem"
EARLIER = "earlier_keys.pem"
PUBLIC_KEY = "public_key.pem"
SIGNATURE = "manifest.sig"

_PEM = re.compile(b"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.DOTALL)
_BASE64 = re.compile("[A-Za-z0-9+/]{59}=")  # 44 bytes of DER
_MOST_BYTES = 1 << 20
_OWN_FILE = 0o600
_PATIENCE = 30.0  # seconds
_SIGNATURE_BYTES = 64


class SigningError(Exception):
    """A key or a signature is missing or wrong. One line, without a private key."""


def signing_key(home: Home) -> Ed25519PrivateKey:
    """The key that a home's releases are signed with, created if there is none yet.

    Raises SigningError if the file is damaged, or if it is missing though signed releases are in the home:
    a lost key is never replaced silently. Raises StorageError if it cannot be read or written.
    """
    path = home.root / KEY
    pem = _read_home_file(path)
    if pem is None:
        if signed := _signed(home):
            raise SigningError(
                f"{path} is missing, and release {signed} is signed: put the key back, "
                "or have another made with `vigil key --new`"
            )
        write_new(path, _private_pem(Ed25519PrivateKey.generate()), private=True)
        pem = _read_home_file(path) or b""
    _make_private(path)
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SigningError(_wrong_key(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningError(_wrong_key(path))
    return key


def _wrong_key(path: UPath) -> str:
    return (
        f"{path} has no Ed25519 private key: put the key back, or remove the file and have another "
        "made with `vigil key --new`"
    )


def renew_key(home: Home) -> Ed25519PrivateKey:
    """Replace a home's key by a new one and return it. The previous public key is kept among the home's
    earlier keys, unless the key was lost. Raises as `signing_key`, but not for a lost key, and LeaseHeld."""
    with lease(home, "signing", "replacing the signing key", patience=_PATIENCE):
        if _read_home_file(home.root / KEY) is not None:
            before = public_pem(signing_key(home).public_key())
            kept = _read_home_file(home.root / EARLIER) or b""
            if before not in kept:
                write_atomic(home.root / EARLIER, kept + before)
        key = Ed25519PrivateKey.generate()
        write_atomic(home.root / KEY, _private_pem(key), private=True)
        return key


def trusted_keys(home: Home) -> list[Ed25519PublicKey]:
    """The keys that a home's releases may be signed with: its own and its earlier ones. Empty if it has
    none. Raises SigningError, StorageError."""
    own = [] if _read_home_file(home.root / KEY) is None else [signing_key(home).public_key()]
    path = home.root / EARLIER
    return own + [parse_public_key(pem, str(path)) for pem in _PEM.findall(_read_home_file(path) or b"")]


def public_pem(key: Ed25519PublicKey) -> bytes:
    """A public key in the form that a release has."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def fingerprint(key: Ed25519PublicKey) -> str:
    """The fingerprint of a key, 32 hex digits, by which people compare keys."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:32]


def parse_public_key(pem: bytes, where: str) -> Ed25519PublicKey:
    """A public key from PEM. Raises SigningError, which names `where` it is from."""
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SigningError(f"{where} is not an Ed25519 public key in PEM") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SigningError(f"{where} is not an Ed25519 public key in PEM")
    return key


def given_key(text: str) -> Ed25519PublicKey:
    """The public key that a person gives: its PEM, the line of base64 in that, or a file.
    Raises SigningError, StorageError."""
    if "-----BEGIN" in text:
        return parse_public_key(text.encode(), "the text of the key")
    if _BASE64.fullmatch(text):
        return parse_public_key(
            f"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n".encode(), text
        )
    try:
        pem = _read_home_file(UPath(Path(text).absolute()))
    except ValueError:  # a NUL
        pem = None
    if pem is None:
        raise SigningError(f"there is no file {text}, and it is not the text of a public key: see vigil key")
    return parse_public_key(pem, text)


def signer_key(folder: UPath) -> Ed25519PublicKey:
    """The public key in a release, which does not prove whose it is. Raises SigningError."""
    try:
        return parse_public_key(_read_release_file(folder / PUBLIC_KEY), PUBLIC_KEY)
    except StorageError as error:
        raise SigningError(f"this release is not signed: {error}") from error


def check_signature(folder: UPath, manifest: bytes, keys: list[Ed25519PublicKey] | None) -> None:
    """Raises SigningError unless a release's manifest is signed with the public key in the release, and that
    key is one of `keys`, if they are not None."""
    key = signer_key(folder)
    try:
        signature = _read_release_file(folder / SIGNATURE)
    except StorageError as error:
        raise SigningError(f"this release is not signed: {error}") from error
    if len(signature) != _SIGNATURE_BYTES:
        raise SigningError(f"{SIGNATURE} is damaged: it is not {_SIGNATURE_BYTES} bytes long")
    if keys is not None and fingerprint(key) not in (known := [fingerprint(each) for each in keys]):
        raise SigningError(
            f"{PUBLIC_KEY} has the fingerprint {fingerprint(key)}: this release is not signed with "
            f"the key {' or '.join(known)}"
        )
    try:
        key.verify(signature, manifest)
    except InvalidSignature as error:
        raise SigningError(
            f"manifest.json is not what was signed: {SIGNATURE} does not fit it and {PUBLIC_KEY}"
        ) from error


def _signed(home: Home) -> str | None:
    """The newest release of a home that has a signature."""
    for name in reversed(list_names(home.releases)):
        if all((home.releases / name / file).exists() for file in ("manifest.json", SIGNATURE)):
            return name
    return None


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read_home_file(path: UPath) -> bytes | None:
    """A file of a home, which may be a link to a mounted secret; None if it is not there."""
    with storage_errors("read", path):
        try:
            with path.open("rb") as stream:
                return stream.read(_MOST_BYTES)
        except FileNotFoundError:
            return None


def _make_private(path: UPath) -> None:
    """Makes a local file private where possible: the mode of a mounted secret may be fixed."""
    if is_local(path):
        with contextlib.suppress(OSError):
            Path(path.path).chmod(_OWN_FILE)


def _read_release_file(path: UPath) -> bytes:
    with open_regular(path) as stream:
        return stream.read(_MOST_BYTES)
