"""`python -m sla` is `sla`."""

from sla.cli import main

main()
