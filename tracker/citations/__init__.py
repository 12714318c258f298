"""Verification of citations against the texts of their sources."""
