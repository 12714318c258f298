"""The website: pages, registers, charts, search and preview."""
