"""Invented exports in the formats of real databases."""

import json
from typing import Any

HEADER = "To,To-Rgrp,To-Org,Text,From,From-Rgrp,From-Org,Response,Action,Issue,Session"
HOUSES = "Build houses for newcomers"
SCHOOLS = 'Open schools, also "evening schools"'
QUOTED = SCHOOLS.replace('"', '""')
ROWS = (
    f'Arland,Asia,"AA, BB",{HOUSES},Borland,WEOG,"EU, OEI",Accepted,5,"Newcomers,Right to housing",'
    "16",
    f'Arland,Asia,"AA, BB","{QUOTED}",Cloland,Asia,,Noted,4,Schools,16',
    "Arland,Asia,,Lighten   the tax of  boats ,Borland,WEOG,,Accepted,2,Development,16",
    f"Dorland,Asia,,{HOUSES},Borland,WEOG,,Accepted,5,Newcomers,14",
)


def upr_info(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def item(number: int = 12, **changed: Any) -> dict[str, Any]:
    """Return an object of the index."""
    return {
        "AnnotationId": f"00000000-0000-0000-0000-{number:012}",
        "AnnotationType": "- Recommendations",
        "Body": "- CRC",
        "Symbol": "CRC/C/ARL/CO/6-7",
        "DocumentId": "0",
        "PublicationDate": "2025-02-12T00:00:00",
        "PublicationDateOnUhri": "2025-03-03T10:53:45.827",
        "Countries": ["Arland"],
        "Regions": ["- Asia"],
        "Themes": ["- Right to housing"],
        "AffectedPersons": ["- Newcomers"],
        "Sdgs": ["16.2 - Protect children"],
        "Text": f"<p>{number}. House the newcomers &amp; settlers.</p><p>(a) Soon;</p>",
        "UprCycle": None,
        "UprSession": None,
        "UprPositions": None,
        "UprRecommendingCountry": None,
        "UprRecommendingRegions": None,
    } | changed


def index(*items: dict[str, Any]) -> bytes:
    return json.dumps(list(items), indent=1).encode()
