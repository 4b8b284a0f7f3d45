"""Outcomes and images in, row changes out: pure."""

from projections.rows.batch import Batch, batch_of

__all__ = ["Batch", "batch_of"]
