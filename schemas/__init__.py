"""The language: values that cross a boundary, their codec, and the published JSON Schemas."""
