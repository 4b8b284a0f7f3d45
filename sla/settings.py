"""Where things are and how they are reached; every command takes them from `--home` and `--dsn`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line was told."""

    home: Path
    """Directory of this tracker: the embedded database, the token, the address of `sla up`."""
    dsn: str | None
    """A libpq connection string; None: the embedded PostgreSQL under `home`."""

    @property
    def data_dir(self) -> Path:
        """Where the embedded PostgreSQL keeps its data."""
        return self.home / "postgres"

    @property
    def token_file(self) -> Path:
        """Holds the bearer token of `POST /events`; readable by the owner only."""
        return self.home / "token"

    @property
    def address_file(self) -> Path:
        """Holds the URL at which a running `sla up` listens."""
        return self.home / "address"
