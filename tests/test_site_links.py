"""The link check of a built site: problems, their locations, and valid links."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tracker.i18n import t
from tracker.links.site_links import check_site, read_site
from tracker.model.diagnostics import Diagnostic, SourceLocation

OTHERS = {
    "index.html": "<h1 id=start>Start</h1>",
    "a/index.html": '<h2 id="one">1</h2> <h2 id="chapter">2</h2> <a name="two"></a>'
    ' <h2 id="ərizə">3</h2>',
    "a/b/index.html": "",
    "s.css": "",
    "i.png": "",
    "paper.pdf": "",
    "a b.txt": "",
}
"""A small site; each case adds the page `x/index.html`."""


def check(files: Mapping[str, str], *, base: str = "/") -> list[Diagnostic]:
    return list(check_site({file: text.encode() for file, text in files.items()}, base=base))


def find_problems(
    page: str, *, file: str = "x/index.html", base: str = "/"
) -> list[tuple[str, int, int]]:
    """Return code, line and column of each problem on one page of the small site."""
    problems = check({**OTHERS, file: page}, base=base)
    places = [(p.code, p.location) for p in problems]
    assert all(place and place.file == file for _, place in places)
    return [(code, place.line, place.column) for code, place in places if place]


INVALID = {
    "no such page": ('é\nŞ <a href="../no/">', ("page-link", 2, 3)),
    "a file is no folder": ("<a href=../i.png/>", ("page-link", 1, 1)),
    "a folder without a page": ("<a href='../a/c/'>", ("page-link", 1, 1)),
    "no such image": ("<p><img alt='a > b' src=no.png>", ("page-link", 1, 4)),
    "no such image of several": ("<img srcset='../i.png 1x, no.png 2x'>", ("page-link", 1, 1)),
    "no such poster": ("<video poster=no.png></video>", ("page-link", 1, 1)),
    "no such object": ("<object data=no.pdf></object>", ("page-link", 1, 1)),
    "nothing named to load": ('<img src="">', ("page-link", 1, 1)),
    "no such background": ('<p style="color: red; background: url(no.png)">', ("page-link", 1, 1)),
    "no such page to go on to": (
        '<meta http-equiv="refresh" content="0; url=no/">',
        ("page-link", 1, 1),
    ),
    "out of the site": ('<a href="../../">', ("page-link", 1, 1)),
    "a script": ('<a href=" JavaScript:go()">', ("page-link", 1, 1)),
    "a file of one computer": ('<a href="file:///home/me/a.html">', ("page-link", 1, 1)),
    "no gap before the attribute": ('<a title="x"href="no/">', ("page-link", 1, 1)),
    "no such place": ('<a href="../a/#three">', ("page-anchor", 1, 1)),
    "no such place here": ('\n\n  <a href="#no">', ("page-anchor", 3, 3)),
    "an id in a comment": ('<!-- <p id="no"> --><a href="#no">', ("page-anchor", 1, 21)),
    "the same id": ('<p id="a">\n<p id="b"><i id=a>', ("page-id", 2, 11)),
    "from the root": ('<a href="/a/">', ("page-base", 1, 1)),
    "a base of its own": ('<base href="../">', ("page-base", 1, 1)),
    "a script from elsewhere": ("<script src=https://x.org/a.js></script>", ("page-request", 1, 1)),
    "without a scheme": ("<img src=//x.org/a.png>", ("page-request", 1, 1)),
    "a sheet": ('<link rel="stylesheet" href="https://x.org/">', ("page-request", 1, 1)),
    "an icon": ('<link rel="shortcut icon" href="https://x.org/">', ("page-request", 1, 1)),
    "a sheet to choose": (
        '<link rel="alternate stylesheet" href="//x.org">',
        ("page-request", 1, 1),
    ),
    "a preload": ("<link rel=preload href=https://x.org/>", ("page-request", 1, 1)),
    "a connection": ("<link href=https://x.org rel=preconnect>", ("page-request", 1, 1)),
    "a name to resolve": ("<link rel=dns-prefetch href=//x.org>", ("page-request", 1, 1)),
    "a frame": ("<iframe src=https://x.org/></iframe>", ("page-request", 1, 1)),
    "a film": ("<video><source src=https://x.org/a.mp4></video>", ("page-request", 1, 8)),
    "a form": ("<form action=https://x.org/ method=post>", ("page-request", 1, 1)),
    "a message": ('<a href="../a/" ping="https://x.org/">', ("page-request", 1, 1)),
    "another host to go on to": (
        "<meta http-equiv=refresh content='5;URL=https://x.org/'>",
        ("page-request", 1, 1),
    ),
    "a picture in a style": ("<p style='background:url(//x.org/a)'>", ("page-request", 1, 1)),
    "an import": ('<style>@import "https://x.org/a.css";</style>', ("page-request", 1, 1)),
    "a font": ("<style>@font-face{src:url('https://x.org/a')}</style>", ("page-request", 1, 1)),
    "a part of a drawing": ("<svg><use xlink:href='//x.org/a#b'/></svg>", ("page-request", 1, 6)),
    "a picture in a drawing": ("<svg><image href='//x.org/a'/></svg>", ("page-request", 1, 6)),
    "a script in a drawing": ("<svg><a xlink:href='javascript:go()'/>", ("page-link", 1, 6)),
    "a link that a drawing sets": (
        "<svg><a><animate attributeName=href values='#;javascript:go()'/></a></svg>",
        ("page-link", 1, 9),
    ),
    "another host without semicolons": (
        '<p>\n<meta http-equiv="&#114efresh" content="0&#59url=https&colon;//x.org/">',
        ("page-request", 2, 1),
    ),
    "in capitals, without quotes": (
        "<META CONTENT=0,https://x.org/ HTTP-EQUIV=REFRESH>",
        ("page-request", 1, 1),
    ),
    "where scripts do not run": (
        "<noscript><meta http-equiv=refresh content='0;//x.org'></noscript>",
        ("page-request", 1, 11),
    ),
    "a script in pieces": ('<a href="java&Tab;script&colon;go()">', ("page-link", 1, 1)),
    "a script behind a control": ('<a href="&#1;javascript:go()">', ("page-link", 1, 1)),
    "an unknown program": ("<a href=ms-msdt:/id>", ("page-link", 1, 1)),
    "a slash instead of a space": ("<img/src=//x.org/a/alt=x>", ("page-request", 1, 1)),
    "a backslash": ("<img src=\\\\x.org\\a>", ("page-request", 1, 1)),
    "an embedded page": ("<embed src=https://x.org/>", ("page-request", 1, 1)),
    "a page in an attribute": (
        "<iframe srcdoc='<img src=//x.org/a>'></iframe>",
        ("page-request", 1, 1),
    ),
    "a page in an address": ("<object data='data:text/html,x'></object>", ("page-link", 1, 1)),
    "a button that sends elsewhere": (
        "<button formaction=https://x.org/>",
        ("page-request", 1, 1),
    ),
    "two of several sizes": (
        "<picture><source srcset='../i.png, //x.org/2 2x'></picture>",
        ("page-request", 1, 10),
    ),
    "behind a comment that ends early": ("<!--><img src=//x.org/a>-->", ("page-request", 1, 6)),
    "behind a script that ends early": (
        "<script>'</script><img src=//x.org/a>'</script>",
        ("page-request", 1, 19),
    ),
    "out of a table": ("<table><a href='no/'><tr><td>", ("page-link", 1, 8)),
}


@pytest.mark.parametrize(("page", "problem"), INVALID.values(), ids=INVALID)
def test_invalid(page: str, problem: tuple[str, int, int]) -> None:
    """Each of these is one problem, located at the tag."""
    assert find_problems(page) == [problem]


VALID = {
    "pages and folders": '<a href="../a/"><a href="../a"><a href=".."><a href="../a/index.html">',
    "this page": '<a href=""><a href="./"><a href="?q=1"><a href="../x/">',
    "the top": '<a href="#"><a href="#top"><a href="../a/#TOP">',
    "anchors": '<a href="../a/#one"><a href="../a#two"><a href="../#start">',
    "anchors in other letters": '<a href="../a/#ərizə"><a href="../a/#%C9%99riz%C9%99">',
    "a text on a page": '<a href="../a/#:~:text=word"><a href="../a/#one:~:text=word">',
    "a query": '<a href="../a/?a=1&amp;b=2&copy=3#one">',
    "an escaped anchor": '<p id="a&amp;b"><a href="#a&#38;b">',
    "an encoded name": '<a href="../a%20b.txt">',
    "a place in no page": '<a href="../paper.pdf#page=2">',
    "all ways to write it": "<A HREF='../a/'><a href=../a/><a\n  href = \"../a/\" download>",
    "other hosts": '<a href="https://x.org/no"><a href="//x.org"><area href="http://x.org">',
    "no pages": '<a href="mailto:a@x.org"><a href="tel:+1"><img src="data:image/gif;base64,R0==">',
    "telling relations": '<link rel="canonical" href="https://x.org/">'
    '<link rel="alternate" hreflang="az" href="https://x.org/az/">',
    "a comment": '<!-- <a href="no/"> -- > <img src=//x.org> --><!--><p id=a><!---->',
    "a script": "<script>'<a href=\"no/\">' < 1; '</p>'</script>",
    "a template": '<template><p id="a"><a href="no/"></p></template><p id="a">',
    "a title": '<title>How to write <a href="no/"></title>',
    "text": '<pre>&lt;a href="no/"&gt; href="no/" a < b</pre>',
    "in another attribute": "<p title='<a href=\"no/\">' data-a=\"href='no/' <img src=//x.org>\">",
    "a lone quotation mark": "<p title=it's><a href=../a/ x=isn't>",
    "a stylesheet": "<style>/* url(no) */ @namespace url(http://x.org); a{content:'url(no)'; "
    'background: url( "../i.png" ), url(#a), url("data:image/svg+xml,<a href=\'url(no)\'>")}'
    '</style><p id="a">',
    "a form": '<form action=""><input formaction="../a/">',
    "pictures of several sizes": '<img srcset="../i.png, ../i.png?2 2x,data:image/gif,a,b 3x">',
}


@pytest.mark.parametrize("page", VALID.values(), ids=VALID)
def test_valid(page: str) -> None:
    """None of these is a problem."""
    assert find_problems(page) == []


def test_stylesheet_urls_are_relative_to_it() -> None:
    """URLs in a stylesheet are relative to it."""
    sheet = 'a { background: url(../i.png) }\nb { background: url("i.png") }'
    assert find_problems(sheet, file="css/a.css") == [("page-link", 2, 17)]


def test_root_links_need_a_base() -> None:
    """With a base, root links below it are checked, and others are external."""
    links = ["/t", "/t/a/#one", "/t/a/#no", "/t/no/", "/tall/", "/a/"]
    page = "\n".join(f"<a href={link}>" for link in links)
    assert find_problems(page, base="/t/") == [
        ("page-anchor", 3, 1),
        ("page-link", 4, 1),
        ("page-base", 5, 1),
        ("page-base", 6, 1),
    ]


def test_error_page_has_root_links() -> None:
    """404.html is shown at any URL, so its root links are checked."""
    page = '<a href="/."><a href="/a/#one">\n<a href="/no/">'
    assert find_problems(page, file="404.html") == [("page-link", 2, 1)]
    assert find_problems('<a href="/t/a/">', file="404.html", base="/t") == []


def test_problem_on_many_pages_is_reported_once() -> None:
    """A problem in the navigation is reported with the number of pages, whatever their depth."""
    pages = {f"{'p/' * n}index.html": f'<a href="{"../" * n}no/">' for n in range(1, 6)}
    (problem,) = check(pages)
    assert problem.location == SourceLocation(min(pages), 1, 1)
    assert problem.params["places"] == 5


def test_parameters_of_the_remedy() -> None:
    """The remedy of a root link has a relative link, that of an anchor the most similar one."""
    page = '<a href="/a/#one"><a href="../a/#chapters">'
    base, anchor = check({**OTHERS, "x/y/index.html": page.replace("../a", "../../a")})
    assert base.params["relative"] == "../../a/#one"
    assert anchor.params["suggest"] == "chapter"


def test_every_problem_has_a_message() -> None:
    """Each code and hint has a message with a remedy."""
    for page, _ in INVALID.values():
        for problem in check({**OTHERS, "x/index.html": page}):
            hint = f".{problem.params['hint']}" if problem.params.get("hint") else ""
            assert t(f"problem.{problem.code}", **problem.params)
            assert t(f"problem.{problem.code}.fix{hint}", **problem.params)


def test_real_site_has_no_problem(site: Path) -> None:
    """The built site has no problem."""
    assert list(check_site(read_site(site))) == []
