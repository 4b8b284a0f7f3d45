"""Inputs that a broken, careless or hostile sender may send, each with what must become of it."""
