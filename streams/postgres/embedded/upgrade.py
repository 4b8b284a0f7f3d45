"""The commands that bring data of another major version over. They are told, not run.

By dump and restore: slower than pg_upgrade, but blind to how the old directory was made, and the
old one stays as it was.
"""

import shlex
from pathlib import Path

from streams.postgres.embedded.programs import VERSION, has_programs, programs
from streams.postgres.embedded.rights import rights
from streams.postgres.embedded.sockets import free_port


def upgrade(data_dir: Path, held: int) -> str:
    """What to do about a `data_dir` written by PostgreSQL `held`: commands for a shell."""
    aside = data_dir.with_name(f"{data_dir.name}.{held}")
    if not has_programs(held):
        return (
            f"use the release of this program that wrote it; or keep its data as they are and "
            f"begin anew: `mv {shlex.quote(str(data_dir))} {shlex.quote(str(aside))}`"
        )
    return "bring it over by these commands; the old directory stays beside it:\n" + "\n".join(
        f"  {line}" for line in _commands(data_dir, aside, held)
    )


def _commands(data_dir: Path, aside: Path, held: int) -> list[str]:
    prefix = "".join(f"{word} " for word in rights(data_dir).prefix)
    quoted = shlex.quote(str(aside))
    sla = f"sla --home {shlex.quote(str(data_dir.parent))} db"
    pg_ctl = f"{prefix}{shlex.quote(str(programs(held) / 'pg_ctl'))} -D {quoted} -w"
    new = {name: shlex.quote(str(programs() / name)) for name in ("pg_dump", "pg_dumpall", "psql")}
    port = free_port()
    passfile = shlex.quote(str(data_dir.with_name(data_dir.name + ".pgpass")))
    old = f"-h 127.0.0.1 -p {port} -U sla"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    return [
        f"export PGPASSFILE={passfile}",
        f"mv {shlex.quote(str(data_dir))} {quoted}",
        f"{pg_ctl} -l {shlex.quote(str(aside / 'start.log'))} -o {shlex.quote(options)} start",
        f"{sla} start  # makes an empty directory of PostgreSQL {VERSION}",
        f'{new["pg_dumpall"]} {old} --globals-only | {new["psql"]} -q "$({sla} dsn)"',
        f'{new["pg_dump"]} {old} sla | {new["psql"]} -q -v ON_ERROR_STOP=1 "$({sla} dsn)"',
        f"{pg_ctl} stop",
    ]
