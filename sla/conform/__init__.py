"""Cases written down from other products, run through the core: what `sla conform` does."""
