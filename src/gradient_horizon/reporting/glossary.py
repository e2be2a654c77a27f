"""Stub."""
def read_glossary(p,l): return {}
def mark_terms(b,g): return b
