"""Covenant Tracker: recommendations of human rights bodies, what was done, and the evidence."""

__version__ = "0.1.0"
