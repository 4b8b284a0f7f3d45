"""The questions as SQL over the views of `sla_v1`, one file each."""
