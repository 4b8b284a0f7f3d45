"""Numbered migrations of the read models."""
