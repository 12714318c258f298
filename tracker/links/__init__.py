"""Check cited addresses on the web, and the links inside a built site.

`fetch` requests each address as it is cited, and `checker` retries after the delay that the server
requests. `classify` determines the state from a response, even if the status is misleading, and
`state` combines it with earlier runs. LinkChecker, in a separate process (`linkchecker`), is the
second opinion on addresses that did not respond: if it opens exactly the same address, the link is
not failing. Every connection passes through `guard`, which blocks private addresses. `archive`
finds archived copies. Nothing here writes files or changes records.

| State | Meaning |
| --- | --- |
| `alive` | The page exists. |
| `moved`, `moved-temporarily` | Redirected to another address, permanently or not. |
| `soft-404` | Status 200, but the page is missing or empty, or the domain is for sale. |
| `changed` | The page no longer contains the figures cited from it. |
| `failing:404`, `failing:dns` … | Failed; the cause is a status, `dns`, `tls`, `timeout`, \
`connection` or `redirects`. |
| `dead` | Failed on three days, each at least three days after the previous one. |
| `blocked` | A bot wall, a cookie wall or a refusal (403, 406, 999); the page may exist. |
| `login` | The page requires a password, or redirects to a login form. |
| `insecure` | The certificate is not valid, or the encryption weak; browsers may open the page. |
| `unclear` | The site shows the same page for any address, so the page may exist. |
| `rate-limited` | Too many requests, even after waiting. |
| `too-large` | Larger than the limit. |
| `refused` | Not requested: a private address, another scheme, credentials, or an archive that \
alters its copies. |
"""
