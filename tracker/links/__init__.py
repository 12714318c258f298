"""Check cited addresses on the web, and the links inside a built site.

LinkChecker fetches the whole list first, in a process of its own (`linkchecker`). Its clear
answers, such as 401, 404 or 410, are final. `checker` requests every other page again, for its
text and for a second try after the delay that the server asks for. `classify` turns an answer into
a state, also if the page is not what its status says, and `state` adds that to the earlier runs.
Every connection passes `guard`, which blocks private addresses. `archive` finds archived copies.
Nothing here writes files or changes records.

| State | Meaning |
| --- | --- |
| `alive` | The page was there. |
| `moved`, `moved-temporarily` | It was at another address, after permanent redirects or others. |
| `soft-404` | A status of 200 for a page that is missing, empty, or a domain for sale. |
| `changed` | The page no longer contains the figures cited from it. |
| `failing:404`, `failing:dns` … | Failed; the cause is a status, `dns`, `tls`, `timeout`, \
`connection` or `redirects`. |
| `dead` | Failed on three days, each at least three days after the one before. |
| `blocked` | A bot wall, a cookie wall or a refusal (403): says nothing about the page. |
| `login` | The page asks for a password, or redirects to a login form. |
| `rate-limited` | Too many requests, even after waiting. |
| `too-large` | Larger than the limit, perhaps endless. |
| `refused` | Not requested: a private address, another scheme, credentials, or an archive that \
alters its copies. |
"""
