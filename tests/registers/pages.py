"""Pages of invented registers, and the rows that match filters."""

import shutil
from dataclasses import replace
from pathlib import Path

from tests.test_render import make_context
from tracker.model import Dataset, Finding, Recommendation
from tracker.site.context import SiteContext
from tracker.site.facets import Facet
from tracker.site.generated_files import build_stylesheet
from tracker.site.registers import Register
from tracker.site.render import render_view
from tracker.site.template_environment import TEMPLATES

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rows</title>
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self';
 style-src 'self'; img-src data:"><link rel="stylesheet" href="../assets/tracker.css">
</head><body class="md-typeset">{body}</body></html>"""


def write(root: Path, context: SiteContext) -> None:
    (root / "assets").mkdir(parents=True)
    (root / "assets/tracker.css").write_bytes(build_stylesheet())
    shutil.copy(TEMPLATES / "register.js", root / "assets")
    for name in ("recommendations", "findings"):
        (root / name).mkdir()
        body = render_view(context, name, page_url=f"{name}/")
        (root / name / "index.html").write_text(PAGE.format(body=body), encoding="utf-8")


def make_many(context: SiteContext) -> SiteContext:
    """Return 2,000 recommendations and as many findings, made from the frozen ones."""
    kept = dict(context.view.data.collections)
    few = {"positions": (), "paraphrases": (), "part_of": None, "split_by": None}
    for kind, changes in ((Recommendation, few), (Finding, {})):
        name = "recommendations" if kind is Recommendation else "findings"
        kept[name] = tuple(
            record.model_copy(update={**changes, "id": f"{record.id}-{n}"})
            for n in range(2000 // len(kept[name]) + 1)
            for record in kept[name]
        )[:2000]
    return replace(
        context,
        view=replace(context.view, data=Dataset(kept, context.view.data.maps), verifications={}),
    )


def make_unusual() -> SiteContext:
    """Return records with formulas, markup or unusual letters in their texts."""
    context = make_context(today="2021-01-01")
    model = context.view.data.of(Finding)[0]
    titles = ("=1+1", "@SUM(A1)", "-5", "+5", '"quoted", <b>\r\nlines</b>', "Sığınacaq Əli İŞİ")
    found = tuple(
        model.model_copy(update={"id": f"odd-{n}", "title": title})
        for n, title in enumerate(titles)
    )
    return replace(
        context,
        view=replace(
            context.view, data=Dataset({**context.view.data.collections, "findings": found})
        ),
    )


def match_rows(found: Register, chosen: dict[str, list[str]], but: str = "") -> set[int]:
    """Return the rows that have one of the chosen values in each facet."""
    rows = set(range(len(found.records)))
    kept = {name: ids for name, ids in chosen.items() if name != but}
    for facet in found.facets:
        wanted = set(kept.get(facet.name, ()))
        if wanted:
            rows &= {i for i in rows if wanted & get_facet_values(found, facet, i, kept)}
    return rows


def get_facet_values(
    found: Register, facet: Facet, row: int, chosen: dict[str, list[str]]
) -> set[str]:
    """Return the values of a row in a facet, only for the chosen groups or statuses."""
    other = {"status": "group", "group": "status"}.get(facet.name, "")
    if found.status_groups and chosen.get(other):
        status, group = (next(f for f in found.facets if f.name == n) for n in ("status", "group"))
        pairs = [
            {"status": status.choices[s].id, "group": group.choices[g].id}
            for s, groups in zip(status.values[row], found.status_groups[row], strict=True)
            for g in groups
        ]
        return {pair[facet.name] for pair in pairs if pair[other] in chosen[other]}
    return {facet.choices[value].id for value in facet.values[row]}
