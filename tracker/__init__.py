"""Covenant Tracker: recommendations of human rights bodies, what was done, and the proof."""

__version__ = "0.1.0"
