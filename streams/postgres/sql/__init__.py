"""Numbered migrations of the journal and the tracker."""
