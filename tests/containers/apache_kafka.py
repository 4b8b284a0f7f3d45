"""`apache/kafka` for testcontainers, whose own Kafka container knows another image only."""

import re
from typing import Final, Self

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

IMAGE: Final = "apache/kafka:4.1.1"
_PORT: Final = 9092
_START: Final = "/tmp/start.sh"
_SETTINGS: Final = {
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_LISTENERS": f"PLAINTEXT://:{_PORT},BROKER://:9093,CONTROLLER://:9094",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": (
        "PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT"
    ),
    "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9094",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
}


class ApacheKafkaContainer(DockerContainer):
    """One broker that is its own controller; `bootstrap` once it is started."""

    def __init__(self, image: str = IMAGE) -> None:
        super().__init__(image)
        self.with_exposed_ports(_PORT)
        self.with_envs(**_SETTINGS)
        # The port by which it is reached is known only once it runs, and the broker must say it:
        # it waits for the script that tells.
        waits = f"while [ ! -f {_START} ]; do sleep 0.05; done; exec bash {_START}"
        self.with_command(["sh", "-c", waits])

    def start(self, timeout: int = 60) -> Self:
        """Returns once the broker answers; `timeout` in seconds. Raises TimeoutError."""
        super().start()
        try:
            said = f"PLAINTEXT://{self.bootstrap},BROKER://localhost:9093"
            script = f"export KAFKA_ADVERTISED_LISTENERS={said}\nexec /etc/kafka/docker/run\n"
            self.copy_into_container(script.encode(), _START, 0o755)
            started = LogMessageWaitStrategy(re.compile(r".*Kafka Server started.*"))
            started.with_poll_interval(0.1).with_startup_timeout(timeout).wait_until_ready(self)
        except BaseException:
            self.stop()
            raise
        return self

    @property
    def bootstrap(self) -> str:
        """`host:port`, as seen from here."""
        return f"{self.get_container_host_ip()}:{self.get_exposed_port(_PORT)}"
