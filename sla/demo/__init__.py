"""A simulated support desk, lived through at high speed by the same code that runs for real."""
