"""The data format: immutable pydantic models, the only definition of records and fields."""

from tracker.model.assessment import Assessment, CriterionRow
from tracker.model.base import Correction, FrozenModel, Line, Record, Ref, Text, Withdrawn
from tracker.model.citation import UN_SYMBOL, Citation, Computation, Figure, Source, Statement, Url
from tracker.model.dataset import (
    COLLECTIONS,
    FILES,
    PAGED,
    Dataset,
    Path,
    Reference,
    find_citations,
    find_references,
    get_reference_fields,
    iter_values,
)
from tracker.model.dates import ImpreciseDate, PartialDate
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
from tracker.model.kinds import KINDS, RecordKind
from tracker.model.recommendation import (
    PARTS,
    Imported,
    OfficialText,
    Position,
    Recommendation,
    find_current_assessments,
)
from tracker.model.replies import Reply
from tracker.model.searches import EvidenceSearch
from tracker.model.text import hash_text
from tracker.model.vocabulary import Block, Exemption, Footnote, SourceMap, Term
