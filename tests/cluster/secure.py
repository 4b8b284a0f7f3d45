"""A broker that lets in only who names itself, over TLS."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from streams.kafka.cluster import Cluster
from tests.cluster.broker import Broker, _archive, _directory, _libs

USER: Final = "desk"
PASSWORD: Final = "open sesame"


@contextmanager
def secure_broker(cache: Path) -> Iterator[Cluster]:
    """A running broker, reached by SASL over TLS alone."""
    libs = _libs(cache)
    archive = _archive(cache, libs)
    with _directory() as directory:
        made = Broker(libs, directory, (f"-XX:SharedArchiveFile={archive}", "-Xshare:auto"))
        authority, pair = certificates(directory)
        port = _let_in(directory / "server.properties", pair)
        made.start()
        try:
            yield Cluster(
                f"127.0.0.1:{port}",
                "secure.",
                {
                    "security_protocol": "SASL_SSL",
                    "sasl_mechanism": "PLAIN",
                    "sasl_username": USER,
                    "sasl_password": PASSWORD,
                    "ssl_cafile": str(authority),
                },
            )
        finally:
            made.kill()


def certificates(directory: Path) -> tuple[Path, Path]:
    """An authority, and a certificate with its key for 127.0.0.1, signed by it."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=directory, check=True, capture_output=True)

    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(*new, "-x509", "-subj", "/CN=test", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(*new, "-subj", "/CN=127.0.0.1", "-keyout", "broker.key", "-out", "broker.csr")
    (directory / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(
        *("x509", "-req", "-in", "broker.csr", "-CA", "ca.pem", "-CAkey", "ca.key"),
        *("-CAcreateserial", "-extfile", "names", "-out", "broker.pem"),
    )
    pair = directory / "pair.pem"
    key, certificate = directory / "broker.key", directory / "broker.pem"
    pair.write_text(key.read_text() + certificate.read_text())
    return directory / "ca.pem", pair


def _let_in(properties: Path, pair: Path) -> int:
    """Adds a listener of that sort; its port. Of two lines for one setting the last one counts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    said = dict(line.split("=", 1) for line in properties.read_text().splitlines())
    here = f"SASL_SSL://127.0.0.1:{port}"
    user = f'user_{USER}="{PASSWORD}"'
    added = {
        "listeners": f"{said['listeners']},{here}",
        "advertised.listeners": f"{said['advertised.listeners']},{here}",
        "listener.security.protocol.map": said["listener.security.protocol.map"]
        + ",SASL_SSL:SASL_SSL",
        "listener.name.sasl_ssl.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.sasl_ssl.plain.sasl.jaas.config": (
            f"org.apache.kafka.common.security.plain.PlainLoginModule required {user};"
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(pair),
    }
    with properties.open("a") as out:
        out.writelines(f"{name}={value}\n" for name, value in added.items())
    return port
