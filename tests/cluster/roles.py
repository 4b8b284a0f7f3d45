"""Roles of the cluster as processes of their own: to be asked, stopped and killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streams.kafka.cluster import Cluster
from tests.cluster.waiting import until
from tests.watched import Watched


def environment(cluster: Cluster) -> dict[str, str]:
    """How a process is told of the cluster."""
    security = {f"SLA_KAFKA_{name.upper()}": said for name, said in cluster.security.items()}
    return {"SLA_KAFKA": cluster.bootstrap, "SLA_KAFKA_PREFIX": cluster.prefix, **security}


class Role(Watched):
    """One `sla intake`, `sla projector` or the like, on a cluster."""

    def __init__(self, cluster: Cluster, name: str, *words: str, dsn: str | None = None) -> None:
        database = [] if dsn is None else ["--dsn", dsn]
        command = ["sla", *database, name, "--listen", "127.0.0.1:0", *words]
        super().__init__(command, environment(cluster))

    def metric(self, name: str) -> float:
        """One of the metrics; 0 while it does not answer."""
        said = self.metrics()
        return sum(float(x.split()[1]) for x in said.splitlines() if x.startswith(f"{name} "))

    def wait_until_ok(self) -> None:
        """Returns once it says that it is at work."""

        def looks() -> dict[str, Any]:
            assert self.process.poll() is None, "\n".join(self.log)
            return self.health()

        until(looks, lambda said: said.get("ok") is True, 30)

    def wait_for(self, name: str, least: float = 1) -> None:
        """Returns once that metric is at least so much."""
        until(lambda: self.metric(name), lambda found: found >= least, 30)


@contextmanager
def role(cluster: Cluster, name: str, *words: str, dsn: str | None = None) -> Iterator[Role]:
    """A role once it is at work; gone afterwards."""
    one = Role(cluster, name, *words, dsn=dsn)
    try:
        one.wait_until_ok()
        yield one
    finally:
        if one.process.poll() is None:
            one.kill()
