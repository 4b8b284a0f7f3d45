"""`make drill`: real processes, a real broker and database, and all that may happen to them."""

from pathlib import Path
from typing import Final

AGREEMENT: Final = Path(__file__).parent / "agreement.yaml"
"""What the desk of the drill promises."""
