"""Ticket events in, outcomes out."""
