"""Records in other formats: JSON, schemas, feeds, citation formats, cards and archives."""
