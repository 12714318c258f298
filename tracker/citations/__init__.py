"""What citations state, and whether the text of the source says so."""
