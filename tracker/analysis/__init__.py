"""Questions about records: how old they are, what changed, and where something is."""
