"""Where the cluster is and how its clients are let in; each library is told in its own words."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, Final

SECURITY: Final = (
    "security_protocol",
    "sasl_mechanism",
    "sasl_username",
    "sasl_password",
    "ssl_cafile",
    "ssl_certfile",
    "ssl_keyfile",
    "ssl_password",
)
"""What `security` may hold. Files are PEM; mechanisms are PLAIN and SCRAM-SHA-256 or -512."""

LIBRARY: Final = logging.getLogger("librdkafka")
"""Where librdkafka's own lines go."""
_LIBRDKAFKA_FILES: Final = {
    "ssl_cafile": "ssl.ca.location",
    "ssl_certfile": "ssl.certificate.location",
    "ssl_keyfile": "ssl.key.location",
    "ssl_password": "ssl.key.password",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Kafka cluster, as all roles reach it. Raises ValueError for a setting that is none."""

    bootstrap: str
    """`host:port`, several separated by commas."""
    prefix: str = ""
    """Of every topic, group and transactional id: several trackers may share a cluster."""
    security: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.security) - set(SECURITY))
        if unknown:
            raise ValueError(f"no such setting: {', '.join(unknown)}; there are {SECURITY}")

    @property
    def servers(self) -> list[str]:
        """The bootstrap addresses, each `host:port`."""
        return [server.strip() for server in self.bootstrap.split(",")]

    @property
    def protocol(self) -> str:
        """PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."""
        return self.security.get("security_protocol", "PLAINTEXT")

    def for_kafka_python(self) -> dict[str, Any]:
        """Keyword arguments of every client of kafka-python."""
        given: dict[str, Any] = {**self._common()}
        given |= {key: value for key, value in self.security.items() if key.startswith("ssl_")}
        return given

    def for_aiokafka(self) -> dict[str, Any]:
        """Keyword arguments of every client of aiokafka."""
        given: dict[str, Any] = {**self._common()}
        if self.protocol.endswith("SSL"):
            given["ssl_context"] = self.ssl_context()
        return given

    def for_librdkafka(self) -> dict[str, Any]:
        """Settings of every client of librdkafka, in its own names."""
        said = self.security
        given: dict[str, Any] = {
            "bootstrap.servers": ",".join(self.servers),
            "security.protocol": self.protocol,
        }
        if self.protocol.startswith("SASL"):
            given["sasl.mechanism"] = said.get("sasl_mechanism", "PLAIN")
            given["sasl.username"] = said.get("sasl_username", "")
            given["sasl.password"] = said.get("sasl_password", "")
        for ours, theirs in _LIBRDKAFKA_FILES.items():
            if ours in said:
                given[theirs] = said[ours]
        return given

    def ssl_context(self) -> SSLContext:
        """The TLS settings. Raises OSError for a file that cannot be read."""
        from aiokafka.helpers import create_ssl_context

        said = self.security
        context: SSLContext = create_ssl_context(
            cafile=said.get("ssl_cafile"),
            certfile=said.get("ssl_certfile"),
            keyfile=said.get("ssl_keyfile"),
            password=said.get("ssl_password"),
        )
        return context

    def _common(self) -> dict[str, Any]:
        given: dict[str, Any] = {
            "bootstrap_servers": self.servers,
            "security_protocol": self.protocol,
        }
        if self.protocol.startswith("SASL"):
            given["sasl_mechanism"] = self.security.get("sasl_mechanism", "PLAIN")
            given["sasl_plain_username"] = self.security.get("sasl_username", "")
            given["sasl_plain_password"] = self.security.get("sasl_password", "")
        return given
