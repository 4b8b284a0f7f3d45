"""What may happen to a cluster. Each fault takes the rig, and `outage` in seconds."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.drill.rig import Rig

SESSION: Final = 6.0
"""Seconds after which the broker gives up a worker that says nothing."""

Fault = Callable[["Rig", float], None]


def worker_killed(rig: "Rig", outage: float) -> None:
    """SIGKILL; a supervisor starts it again at once, under its own name."""
    rig.roles["worker-1"].kill()
    rig.roles["worker-1"].start()


def worker_lost(rig: "Rig", outage: float) -> None:
    """SIGKILL, and it does not come back before the other has taken its partitions over."""
    rig.roles["worker-1"].kill()
    time.sleep(2 * SESSION)
    rig.roles["worker-1"].start()


def intake_killed(rig: "Rig", outage: float) -> None:
    """SIGKILL of the intake, relay and all."""
    rig.roles["intake"].kill()
    rig.roles["intake"].start()


def projector_killed(rig: "Rig", outage: float) -> None:
    """SIGKILL of the projector."""
    rig.roles["projector"].kill()
    rig.roles["projector"].start()


def broker_killed(rig: "Rig", outage: float) -> None:
    """SIGKILL of the broker, which starts again after two seconds."""
    rig.broker.kill()
    time.sleep(2)
    rig.broker.start()


def database_killed(rig: "Rig", outage: float) -> None:
    """SIGKILL of PostgreSQL, which starts again after two seconds."""
    rig.database.kill()
    time.sleep(2)
    rig.database.start()


def worker_frozen(rig: "Rig", outage: float) -> None:
    """SIGSTOP past its session, so that another has its partitions; then it wakes up."""
    rig.roles["worker-1"].freeze()
    time.sleep(2 * SESSION)
    rig.roles["worker-1"].thaw()


def all_restarted(rig: "Rig", outage: float) -> None:
    """SIGTERM to one after the other; each must drain in time, and starts again."""
    for name, role in list(rig.roles.items()):
        code, took = role.stop()
        if code != 0:
            how = "had to be killed" if code is None else f"ended with {code}"
            rig.faults.append(f"{name} {how} at SIGTERM, after {took:.1f} s: {role.last_lines(3)}")
        role.start()
        time.sleep(3)


def joined_and_left(rig: "Rig", outage: float) -> None:
    """A third worker joins, works for a while and is taken away again."""
    third = rig.worker("worker-3")
    third.start()
    time.sleep(1.5 * SESSION)
    code, took = third.stop()
    if code != 0:
        rig.faults.append(f"worker-3 ended with {code} at SIGTERM, after {took:.1f} s")


def broker_unreachable(rig: "Rig", outage: float) -> None:
    """Half of the time nothing comes back, half of it nobody is there; helpdesks still publish."""
    rig.to_broker.become("silent")
    time.sleep(outage / 2)
    rig.to_broker.become("cut")
    time.sleep(outage / 2)
    rig.to_broker.become("open")


def database_unreachable(rig: "Rig", outage: float) -> None:
    """The same for PostgreSQL."""
    rig.database.proxy.become("silent")
    time.sleep(outage / 2)
    rig.database.proxy.become("cut")
    time.sleep(outage / 2)
    rig.database.proxy.become("open")


FAULTS: Final[dict[str, tuple[str, Fault]]] = {
    "worker": ("worker killed, started again", worker_killed),
    "takeover": ("worker killed, taken over from", worker_lost),
    "intake": ("intake killed", intake_killed),
    "projector": ("projector killed", projector_killed),
    "broker": ("broker killed", broker_killed),
    "postgres": ("PostgreSQL killed", database_killed),
    "zombie": ("worker frozen past its session", worker_frozen),
    "restart": ("rolling restart", all_restarted),
    "join": ("a worker joins and leaves", joined_and_left),
    "no-broker": ("broker unreachable", broker_unreachable),
    "no-postgres": ("PostgreSQL unreachable", database_unreachable),
}
"""Name on the command line -> (how it is called, what it does)."""
