"""The reference of the documentation: its pages, written from schemas, registries and docstrings."""
