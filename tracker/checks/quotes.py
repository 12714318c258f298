"""Rules about quotations: short, and only from sources that may be quoted."""

from collections.abc import Iterator

from tracker.checks.registry import CheckContext, register_rule
from tracker.citations.quotes import MAX_SENTENCES, count_sentences
from tracker.model import Source
from tracker.model.diagnostics import Diagnostic


@register_rule("quote-reuse")
def check_quotable_sources(context: CheckContext) -> Iterator[Diagnostic]:
    """A citation has a `quote` only if `reuse` of its source is `official-text` or `licence`."""
    for record, path, citation in context.data.citations:
        source = context.data.find(citation.source)
        if citation.quote and isinstance(source, Source) and source.reuse == "unknown":
            params = {"source": citation.source}
            yield Diagnostic("quote-reuse", record.id, (*path, "quote"), params)


@register_rule("quote-length")
def check_quote_lengths(context: CheckContext) -> Iterator[Diagnostic]:
    """A `quote` has at most two sentences."""
    for record, path, citation in context.data.citations:
        count = count_sentences(citation.quote) if citation.quote else 0
        if count > MAX_SENTENCES:
            params = {"got": count, "limit": MAX_SENTENCES}
            yield Diagnostic("quote-length", record.id, (*path, "quote"), params)
