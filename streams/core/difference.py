"""What was published against what is true now, by identity (semantics 7.1, 7.2)."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from schemas.outcomes import Outcome


class Publication(Struct, frozen=True, array_like=True, gc=False):
    """An outcome and its revision: odd, it holds; even, it is withdrawn."""

    outcome: Outcome
    revision: int

    @property
    def holds(self) -> bool:
        """Whether it is now held to be true."""
        return self.revision % 2 == 1


Identity = tuple[str, type[Outcome], str | None, int]


def identity(outcome: Outcome) -> Identity:
    """Timer, kind, level, instant: with the ticket, the identity of an outcome (7.1)."""
    return (outcome.timer, type(outcome), outcome.level, outcome.effective_at)


def difference(
    standing: dict[Identity, Publication], judged: Sequence[Outcome]
) -> list[Publication]:
    """The publications that are new and to be sent, in order; `standing` takes them in.

    A withdrawal is sent with an even revision. What holds unchanged is not sent again. Where an
    identity stays but its content changed, the old is withdrawn and the new published.
    """
    withdrawn: list[Publication] = []
    sent: list[Publication] = []
    true_now = set()
    for outcome in judged:
        key = identity(outcome)
        true_now.add(key)
        before = standing.get(key)
        revision = 0 if before is None else before.revision
        if before is not None and before.holds:
            if before.outcome == outcome or _same_truth(before.outcome, outcome):
                continue
            revision += 1
            withdrawn.append(Publication(before.outcome, revision))
        standing[key] = Publication(outcome, revision + 1)
        sent.append(standing[key])
    for key, before in standing.items():
        if before.holds and key not in true_now:
            standing[key] = Publication(before.outcome, before.revision + 1)
            withdrawn.append(standing[key])
    return withdrawn + sent


def _same_truth(a: Outcome, b: Outcome) -> bool:
    """Equal but for the cause, which explains and is not part of what is true (7.6)."""
    return replace(a, cause=b.cause) == b
