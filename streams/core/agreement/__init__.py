"""Agreements as data: the compiled model, and reading it from a document."""
