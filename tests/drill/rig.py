"""The whole cluster of the drill, composed: broker, database, processes, and who looks on."""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from kafka import KafkaProducer

from sla.agreement_files import load, published
from sla.clock import now_instant
from sla.migrations import migrate
from streams.kafka.cluster import Cluster
from streams.kafka.topics import Topics, init
from streams.postgres.embedded.throwaway import throwaway
from tests.cluster.broker import Broker, broker
from tests.drill import AGREEMENT
from tests.drill.checking import Checker
from tests.drill.database import Database
from tests.drill.faults import FAULTS
from tests.drill.proxy import Proxy
from tests.drill.roles import Role, Supervisor
from tests.drill.sender import HEADERS
from tests.drill.voices import RowsWatch, Voice, sent_events

PARTITIONS = 8
NOTE = "\n    started again: "
STEADY = 4.0
"""Seconds of undisturbed work before and after each fault."""


class Rig:
    """One cluster for one round; all of it ends with the block it is opened in."""

    broker: Broker
    database: Database
    to_broker: Proxy
    roles: dict[str, Role]

    def __init__(
        self, cache: Path, rate: float, seed: int, *, workers: int = 2, direct: bool = False
    ) -> None:
        """`direct`: with nothing between the processes and broker and database, as to measure."""
        self._cache = cache
        self._workers = [f"worker-{number}" for number in range(1, workers + 1)]
        self._direct = direct
        self._rate = rate
        self._seed = seed
        self._stack = ExitStack()
        self.faults: list[str] = []
        """What went wrong while a fault was under way."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._build(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _build(self, stack: ExitStack) -> None:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sla-drill-")))
        place.chmod(0o755)
        self._place = place
        (place / "sent").mkdir()
        self.to_broker = Proxy(lambda: self.broker.far_port)
        stack.callback(self.to_broker.close)
        self.broker = stack.enter_context(
            broker(self._cache, proxied=self.to_broker.port, lasting=self._direct)
        )
        self.database = Database(place / "postgres")
        stack.callback(self.database.close)
        expected = stack.enter_context(throwaway()).dsn()
        migrate(expected)
        self.topics = Topics()
        init(Cluster(self.broker.bootstrap), PARTITIONS)
        self.roles = {name: self.worker(name) for name in self._workers}
        self.roles["intake"] = self.role("intake", "intake", "--instance", "intake")
        self.roles["projector"] = self.role("projector", "projector")
        stack.callback(self._end_roles)
        for role in self.roles.values():
            role.start()
        supervisor = Supervisor(self.roles)
        stack.callback(supervisor.close)
        self.checker = Checker(self.broker.bootstrap, self.topics, self.database.direct, expected)
        stack.callback(self.checker.close)
        self._publish_agreement()
        self._sender = Voice(
            "sender",
            self.broker.bootstrap,
            self.topics.inbound,
            self._rate,
            self._seed,
            place / "sent",
        )
        stack.callback(self._sender.close)
        self._watch = Voice("watch", self.broker.bootstrap, self.topics.events)
        stack.callback(self._watch.close)
        self._rows = RowsWatch(self.database.direct)
        stack.callback(self._rows.close)

    def role(self, name: str, *command: str) -> Role:
        """A process of `sla`; it reaches broker and database through proxies, unless `direct`."""
        proxied = f"127.0.0.1:{self.to_broker.port}"
        environment = {
            "SLA_KAFKA": self.broker.bootstrap if self._direct else proxied,
            "SLA_DSN": self.database.direct if self._direct else self.database.dsn,
            "SLA_HOME": str(self._place / "home"),
        }
        return Role(name, [*command, "--listen", "127.0.0.1:0"], environment, self._place)

    def worker(self, name: str) -> Role:
        """A worker under a name of its own, by which the broker knows it again."""
        return self.role(name, "worker", "--instance", name)

    def _end_roles(self) -> None:
        for role in self.roles.values():
            role.kill()

    def _publish_agreement(self) -> None:
        """Says what is promised, and returns once every partition has taken it in."""
        document, agreement = load(AGREEMENT)
        event = published(document, agreement, "/drill", now_instant())
        producer: Any = KafkaProducer(bootstrap_servers=self.broker.bootstrap)
        body = msgspec.json.encode(event)
        producer.send(self.topics.inbound, key=b"drill", value=body, headers=HEADERS).get(30)
        producer.close()
        until = time.monotonic() + 60
        while True:
            behind = self.checker.settle(5)
            if not behind and all(event.id in fold.ids for fold in self.checker.folds.values()):
                return
            if time.monotonic() > until:
                logs = "\n".join(f"{r.name}: {r.last_lines()}" for r in self.roles.values())
                raise AssertionError(f"the cluster does not start: {behind}\n{logs}")
            time.sleep(0.2)

    def suffer(self, name: str, label: str, outage: float) -> tuple[list[str], str]:
        """One fault under load, then the check: (what does not hold, what was measured)."""
        _, fault = FAULTS[name]
        self.faults.clear()
        restarts = {role.name: len(role.ended) for role in self.roles.values()}
        self._sender.tell(f"say {label}")
        time.sleep(STEADY)
        self._watch.ask("report")
        self._rows.report()
        fault(self, outage)
        time.sleep(STEADY)
        self._watch.tell("hush")
        self._rows.hush()
        said = self._sender.ask("stop")
        faults = [f"the broker did not take {one}" for one in said["failed"]]
        faults += self.checker.settle(60 + 2 * outage)
        measured, rows = self._watch.ask("report"), self._rows.report()
        faults += self.faults
        faults += self.checker.check(sent_events(self._place / "sent" / label), label)
        ended = [one for role in self.roles.values() for one in role.ended[restarts[role.name] :]]
        return faults, (
            f"{said['sent']:,} events, {_late(measured)}; gap {measured['gap_s']} s in outcomes, "
            f"{rows} s in rows{''.join(f'{NOTE}{one}' for one in ended)}"
        )

    def live(self, seconds: float, before: float) -> str:
        """How late breaches are with no fault, over so many seconds, `before` of work before."""
        self._sender.tell("say steady")
        time.sleep(before)
        self._watch.ask("report")
        time.sleep(seconds)
        measured = self._watch.ask("report")
        said = self._sender.ask("stop")
        return f"{_late(measured)}; {said['sent'] / (seconds + before):,.0f} events/s said"

    def logs(self) -> str:
        """The last lines of every process."""
        return "\n".join(f"--- {r.name}\n{r.last_lines()}" for r in self.roles.values())


def _late(measured: dict[str, Any]) -> str:
    return (
        f"{measured['breaches']:,} breaches: late p50 {measured['p50_ms']:,} ms, p99 "
        f"{measured['p99_ms']:,} ms, max {measured['max_ms']:,} ms"
    )
