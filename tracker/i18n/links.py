"""What the command about links says."""

from collections.abc import Mapping

LINKS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "links.progress": "{done} of {total}: {url}",
        "links.count": "{count:>5}  {state}",
        "links.offline": "no name could be resolved: this computer seems to have no network",
        "links.offline.fix": "Nothing was noted. Try again with a network.",
        "links.none": "no link to check",
        "links.changed": "What changed:",
        "links.unchanged": "Nothing changed.",
        "links.change": "  {before} → {after}  {url}",
        "links.site-url": "SITE_URL is not an address: {got}",
        "links.site-url.fix": "Write it like this: https://owner.github.io/tracker/",
        "links.new": "new",
        "links.unreached": "{count} links were not reached in the time given.",
        "links.written": "{file} is written.",
        "links.no-keys": "--capture needs IA_ACCESS_KEY and IA_SECRET_KEY in the environment",
        "links.no-keys.fix": "They are given out at https://archive.org/account/s3.php",
        "links.unsound": "the records or {file} cannot all be read, so links could be missed",
        "links.unsound.fix": "Mend what `tracker check` tells, then try again.",
        "links.note": "What the web answered. Written by `tracker links --write`; do not edit.",
        "links.agent": "{project} link check (+{contact})",
        "links.state.alive": "alive",
        "links.state.moved": "moved for good",
        "links.state.moved-temporarily": "moved for a time",
        "links.state.soft-404": "a page that says it is none",
        "links.state.changed": "the cited figure is gone",
        "links.state.dead": "dead",
        "links.state.failing": "failing ({cause})",
        "links.state.blocked": "blocked for programs",
        "links.state.login": "behind a login",
        "links.state.rate-limited": "too many requests",
        "links.state.too-large": "too large",
        "links.state.refused": "not asked, for safety",
    }
}
"""By key, as `say` takes it."""
