"""JSON Schemas: current, and in agreement with the model on valid and invalid values."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from tests.conftest import EXAMPLE, FROZEN, ROOT
from tracker.export.json_schema import KINDS, VERSION, make_schema, make_schema_files
from tracker.model import FILES, FrozenModel
from tracker.model.base import Id
from tracker.model.fields import FieldDescription, describe_fields
from tracker.records.loader import LoadResult


class _LanguageServerLoader(yaml.SafeLoader):
    """YAML 1.2 as in yaml-language-server: a date and `no` are texts, `2013` is a number."""


_LanguageServerLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag.endswith((":int", ":float", ":null"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_LanguageServerLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf")
)


def load_like_language_server(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LanguageServerLoader)


def list_errors(kind: str, content: Any) -> list[str]:
    validator = Draft202012Validator(make_schema(kind))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(content)]


def remove_descriptions(content: bytes) -> Any:
    """Return a schema without the descriptions from the vocabulary, which editors may change."""

    def drop(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        return {name: value for name, value in pairs if name != "enumDescriptions"}

    return json.loads(content, object_pairs_hook=drop)


def test_committed_schemas_are_current(real: LoadResult) -> None:
    """`schemas/` matches the model. Type: make schemas."""
    generated = make_schema_files(real.dataset)
    assert {p.relative_to(ROOT).as_posix() for p in (ROOT / "schemas").rglob("*.json")} == set(
        generated
    )
    for path, content in generated.items():
        assert remove_descriptions((ROOT / path).read_bytes()) == remove_descriptions(content), path


def test_published_with_the_site(site: Path, real: LoadResult) -> None:
    """The same files are published, at a URL with a version."""
    for path, content in make_schema_files(real.dataset).items():
        assert (site / path).read_bytes() == content


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_valid(kind: str) -> None:
    """Each file is a valid 2020-12 schema, and describes every field."""
    schema = make_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for part in schema["$defs"].values():
        assert part["title"]
        assert part["description"]
        for name, field in part["properties"].items():
            assert field.get("description"), name


@pytest.mark.parametrize("root", [FROZEN, EXAMPLE], ids=["real", "example"])
def test_every_record_is_valid(root: Path) -> None:
    """Records that pass `tracker check` are valid for the schemas."""
    for file in sorted((root / "data").rglob("*.yml")):
        parts = file.relative_to(root / "data").parts
        kind = parts[0].removesuffix(".yml")
        assert list_errors(kind, load_like_language_server(file)) == [], file


BROKEN = [
    ("title: Homes for newcomers", "titel: Homes for newcomers", "titel"),
    ("status: partly-implemented", "status: partialy", "partialy"),
    ("made_on: 2013-05-17", "made_on: 17.05.2013", "17.05.2013"),
    ("id: asked-1\n", "id: Asked 1\n", "Asked 1"),
    ("  made_by: committee\n", "", "made_by"),
    ("summary: House the newcomers.", "summary: ''", "''"),
    ("summary: House the newcomers.", "summary: [House]", "House"),
    (
        "  groups:\n  - settlers\n  - newcomers\n",
        "  groups: settlers\n  was:\n  - newcomers\n",
        "settlers",
    ),
    ("independent_sources: 1", "independent_sources: -1", "-1"),
    ("independent_sources: 1", "independent_sources: one", "one"),
    ("mode: direct", "mode: said", "said"),
    ("  made_by: committee\n", "  made_by: The Committee\n", "The Committee"),
    ("made_on: 2013-05-17", "made_on: 20130517", "20130517"),
    ("made_on: 2013-05-17", "made_on: 2013-17-05", "2013-17-05"),
    ("made_on: 2013-05-17", "made_on: 2013/2014", "2013/2014"),
    ("  groups:\n  - settlers\n", "  groups:\n  - newcomers\n", "non-unique"),
    ("  title: Homes for newcomers", "  title:\n    English: Homes", "English"),
    ("  title: Homes for newcomers", "  title: {}", "{}"),
    ("      locator: B2\n", "      locator: 'B2 '\n", "B2 "),
    ("    - source: report\n      locator: B2\n", "    - locator: B2\n", "source"),
]


@pytest.mark.parametrize(("right", "wrong", "named"), BROKEN, ids=[b[2] for b in BROKEN])
def test_broken_records_are_refused(right: str, wrong: str, named: str) -> None:
    """Typical mistakes are refused, and the message names them."""
    text = (EXAMPLE / "data/recommendations.yml").read_text(encoding="utf-8")
    assert right in text
    found = list_errors(
        "recommendations", yaml.load(text.replace(right, wrong, 1), Loader=_LanguageServerLoader)
    )
    assert any(named in one for one in found), found


def test_values_have_descriptions() -> None:
    """Editors show the definition of a completed status."""
    schema = make_schema("recommendations", meanings={"planned": "Somebody promised."})
    status = schema["$defs"]["Assessment"]["properties"]["status"]
    descriptions = dict(zip(status["enum"], status["enumDescriptions"], strict=True))
    assert descriptions["planned"] == "Somebody promised."
    assert descriptions["regressed"] == ""


def test_text_can_look_like_a_number() -> None:
    """Years, paragraphs and values without quotation marks are valid."""
    source = {"id": "a", "title": 2013, "type": "t", "date": 2013, "access": "public",
              "identified": "as-cited",
              "citations": [{"source": "b", "locator": 9, "states": [376, "1 in 8"]}]}  # fmt: skip
    assert list_errors("sources", [source]) == []
    assert list_errors("sources", [source | {"date": 2013.5}])


def _iter_text_fields() -> Iterator[tuple[str, FieldDescription, dict[str, Any]]]:
    """Yield the text fields of every kind, one for each different schema."""
    seen: list[Any] = []
    for kind in KINDS:
        waiting: list[type[FrozenModel]] = [FILES[kind]]
        parts = make_schema(kind)["$defs"]
        for model in waiting:
            for field in describe_fields(model).values():
                schema = parts[model.__name__]["properties"][field.name]
                schema = schema["items"] if field.many else schema
                form = {k: schema[k] for k in schema.keys() - {"title", "description", "examples"}}
                form |= {"model": "id" if field.ref else repr(field.type)}
                if field.part:
                    waiting += [field.part] if field.part not in waiting else []
                elif not field.choices and form not in seen:
                    seen.append(form)
                    yield f"{model.__name__}.{field.name}", field, schema


FIELDS = {name: (field, schema) for name, field, schema in _iter_text_fields()}
VALUES = (
    *("2013-05-17", "2013-12", "2020-H1", "2013", "0999", "20130517", "2008/2019", "2013-13"),
    *("https://example.org/a?b#c", "http://a.b:80", "HTTPS://www.archive.org", "https://a@b.org"),
    *("https://archive.today/x", "https://example.org.", "https://xn--p1.xn--p1ai", "foo bar"),
    *("https://www.archive.ph", "https://archive.phd", "https://a.1b", "ftp://a.org", "a.org"),
    *("1200", "1,200", "1 200.5", "12%", "12 per cent", "3,5", "-1.5", "“12”", "1 in 8", "12,"),
    *("E/C.12/AZE/CO/3", "E/С.12", "№ 5–b", "asked-1", "Asked 1", "a--b", "-a", "a" * 64),
    *("8f" * 32, "8F" * 32, "3", "-3", "3_0", "true", "no", " ", "", "a b", " a", "a ", "a\nb"),
)


def _match_like_ecmascript(_: Any, pattern: str, text: Any, __: Any) -> Iterator[ValidationError]:
    """Match a pattern as in ECMA-262, in which `$` does not match before a line break."""
    if isinstance(text, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), text):
        yield ValidationError(text)


SERVER = extend(Draft202012Validator, {"pattern": _match_like_ecmascript})  # type: ignore[no-untyped-call]


def _is_beyond_patterns(text: str) -> bool:
    """Return True if a pattern cannot detect the mistake: other scripts and impossible dates."""
    begin, _, end = text.partition("/")
    no_day = re.fullmatch(r"[H0-9/-]*-(29|3[01])\b[H0-9/-]*", text)
    return bool(no_day) or "" < end[:4] <= begin[:4] or (bool(end) and not text.isascii())


def find_disagreement(name: str, text: str) -> str:
    """Return how schema and model disagree on a text, with and without quotation marks.

    With quotation marks, both accept the same; without, the schema accepts what the model accepts.
    """
    field, schema = FIELDS[name]
    accepted = replace(field, type=Id if field.ref else field.type).accepts(text)
    if SERVER(schema).is_valid(text) != accepted and (accepted or not _is_beyond_patterns(text)):
        return f"{text!r} in quotes, accepted by the model: {accepted}"
    try:
        bare = yaml.load(text, Loader=_LanguageServerLoader)
    except yaml.YAMLError:
        return ""
    same = isinstance(bare, int | float) or bare == text
    return f"{text} bare" if accepted and same and not SERVER(schema).is_valid(bare) else ""


@pytest.mark.parametrize("name", FIELDS)
def test_schema_and_model_agree(name: str) -> None:
    """Schema and model agree on valid values of each kind of field, and of other kinds."""
    assert [found for text in VALUES if (found := find_disagreement(name, text))] == []


@st.composite
def _make_typos(draw: st.DrawFn) -> str:
    """Make a value with a typing mistake."""
    text = draw(st.sampled_from(VALUES))
    at = draw(st.integers(0, len(text)))
    slip = draw(st.text("aZ09.-/:@ \n“%,'№ə_#?<\"\\[", max_size=2))
    return text[:at] + slip + text[at + draw(st.integers(0, 1)) :]


@pytest.mark.parametrize("name", FIELDS)
@given(text=_make_typos())
def test_schema_and_model_agree_on_typos(name: str, text: str) -> None:
    """Schema and model agree on values with an added, missing or different letter."""
    assert find_disagreement(name, text) == ""


def test_unknown_kind() -> None:
    """An unknown kind is refused."""
    with pytest.raises(KeyError):
        make_schema("recommendation")


def test_each_file_has_a_schema() -> None:
    """Each data file is mapped to its schema, and every mapped schema exists."""
    mapped = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))[
        "yaml.schemas"
    ]
    assert set(mapped) == {f"./schemas/{VERSION}/{kind}.json" for kind in KINDS}
    for file in (FROZEN / "data").rglob("*.yml"):
        path = file.relative_to(FROZEN)
        found = [name for name, globs in mapped.items() if any(path.match(g) for g in globs)]
        assert found == [f"./schemas/{VERSION}/{path.parts[1].removesuffix('.yml')}.json"]
