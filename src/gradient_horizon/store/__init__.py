"""Runs on disk, each under the digest of all that decides it, shared by all studies of a folder."""
