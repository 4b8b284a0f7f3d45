"""The heart, pure: no I/O, no clock, no framework. What is due, when, and why."""
