"""Whether what is cited still stands where it was cited: the state of each URL, and its memory.

Who does what:

- **LinkChecker** fetches the list (`linkchecker`, in a process of its own: `fetcher`). What it
  answers plainly (401, 404, 410 and their like) is not asked again.
- **`requests`** (`fetch`) looks at what LinkChecker cannot tell: the page itself, for its title,
  its text and what gives away a wall or a page that is none; how long to wait (Retry-After);
  whether a second try mends a failure (`run`); and archived copies (`archive`).
- **`guard`** stands before both: which addresses may be asked, at every hop. `pace` gives both
  one request at a time for each host.
- **`judge`** makes a state of an answer by its `signs`; **`memory`** adds it to the runs before.

Nothing here writes, and nothing here changes a record. States:

| State | What was seen |
| --- | --- |
| `alive` | the page |
| `moved`, `moved-temporarily` | the page, at another address; by a redirect for good, or not |
| `soft-404` | a page that is none, although its status says so; empty, or a domain for sale |
| `changed` | a page that no longer holds the figures cited from it |
| `failing:404`, `failing:dns` … | a failure and its cause: a status, `dns`, `tls`, `timeout`, \
`connection`, `redirects` |
| `dead` | failed on three days, each at least three days after the one before |
| `blocked` | a wall against bots or cookies' lack, or a refusal (403); neither life nor death |
| `login` | a password is asked for, or a browser is sent to where it is |
| `rate-limited` | too many requests, still so after waiting |
| `too-large` | more than is read; endless, perhaps |
| `refused` | not asked: a private address, another scheme, a password, an altering archive |
"""

from tracker.links.archive import Archive, ArchivedCopy
from tracker.links.checker import CheckerOutcome, CheckerSettings, check
from tracker.links.guard import LOOPBACK, Guard, get_refusal
from tracker.links.state import FAILING, LinkObservation, update_state

__all__ = [
    "FAILING",
    "LOOPBACK",
    "Archive",
    "ArchivedCopy",
    "CheckerOutcome",
    "CheckerSettings",
    "Guard",
    "LinkObservation",
    "check",
    "get_refusal",
    "update_state",
]
