"""How each problem of the built site is told: what is wrong, and what to do about it."""

from collections.abc import Mapping

SITE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "site.none": "{folder} holds no page",
        "site.none.fix": "Build the site first: make site",
        "site.sound": "{pages} pages: no problem",
        "problem.page-link": "“{got}” leads to nothing in this site",
        "problem.page-link.fix": "There is no {target}: correct the link, or add the file.",
        "problem.page-link.fix.often": "It is so on {places} pages, also on {also}: correct each "
        "of them, or the template they share.",
        "problem.page-link.fix.outside": "It climbs out of the site: take ../ away.",
        "problem.page-link.fix.scheme": "A script, or a file of one computer, is no address: link "
        "to a page.",
        "problem.page-link.fix.empty": "Name the file to load, or delete the attribute.",
        "problem.page-anchor": "“{got}”: {target} has no place {anchor}",
        "problem.page-anchor.fix": "Name an id that stands there, or give its heading this one.",
        "problem.page-anchor.fix.often": "{places} pages link there, also {also}: give the "
        "heading this id, or correct each of them.",
        "problem.page-id": "the id {got} is taken on this page",
        "problem.page-id.fix": "Give one of the two another id: a link reaches only the first.",
        "problem.page-id.fix.often": "It is so on {places} pages, also on {also}: give one of the "
        "two another id in the template they share.",
        "problem.page-base": "“{got}” leads elsewhere when the site lives below another path",
        "problem.page-base.fix": "Write it relative to this page: {relative}",
        "problem.page-base.fix.element": "Delete the element <base>: it moves every link.",
        "problem.page-base.fix.often": "It is so on {places} pages, also on {also}: write it "
        "relative to each; on this one, {relative}",
        "problem.page-request": "this page asks another host for “{got}”",
        "problem.page-request.fix": "Put a copy into the site and name that, or leave it out.",
        "problem.page-request.fix.often": "{places} pages do, also {also}: put a copy into the "
        "site and name that, or leave it out.",
    }
}
"""By the whole key; `.fix.often` where several pages have the same fault."""
