"""Composition: the command line, HTTP, settings. The only place that knows both sides."""
