"""Analyses of the records: freshness of evidence, differences between states, and look-up."""
