"""YAML text to records and back: reader, validation, formatter, writer and drafts."""
