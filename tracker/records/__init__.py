"""Read, validate, format and write records in YAML."""
