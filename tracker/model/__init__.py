"""The one definition of the format: typed, frozen records, described for those who write them."""

from tracker.model.base import Correction, Frozen, Record, Ref, Text, Withdrawn
from tracker.model.citation import UN_SYMBOL, Citation, Computation, Figure, Source, Statement
from tracker.model.dataset import (
    COLLECTIONS,
    PAGED,
    Dataset,
    Path,
    Reference,
    citations_in,
    reference_fields,
    references_in,
)
from tracker.model.dates import PartialDate, When
from tracker.model.facts import (
    Breakdown,
    Cycle,
    Discrepancy,
    Event,
    Finding,
    Indicator,
    Side,
    Stage,
)
from tracker.model.kinds import KINDS, Kind
from tracker.model.recommendation import (
    Assessment,
    OfficialText,
    Position,
    Recommendation,
    Row,
    current_assessments,
)
from tracker.model.vocabulary import Block, Exemption, Footnote, SourceMap, Term

__all__ = [
    "COLLECTIONS",
    "KINDS",
    "PAGED",
    "UN_SYMBOL",
    "Assessment",
    "Block",
    "Breakdown",
    "Citation",
    "Computation",
    "Correction",
    "Cycle",
    "Dataset",
    "Discrepancy",
    "Event",
    "Exemption",
    "Figure",
    "Finding",
    "Footnote",
    "Frozen",
    "Indicator",
    "Kind",
    "OfficialText",
    "PartialDate",
    "Path",
    "Position",
    "Recommendation",
    "Record",
    "Ref",
    "Reference",
    "Row",
    "Side",
    "Source",
    "SourceMap",
    "Stage",
    "Statement",
    "Term",
    "Text",
    "When",
    "Withdrawn",
    "citations_in",
    "current_assessments",
    "reference_fields",
    "references_in",
]
