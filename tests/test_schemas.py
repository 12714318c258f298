"""JSON Schemas: committed as they are made, true of every record, and refusing what is broken."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.conftest import EXAMPLE, ROOT
from tracker.load import Loaded
from tracker.schema import KINDS, VERSION, json_schema, schema_files


class _AsEditors(yaml.SafeLoader):
    """YAML 1.2 as yaml-language-server reads it: a date and `no` are texts, `2013` a number."""


_AsEditors.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag.endswith((":int", ":float", ":null"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_AsEditors.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def as_editors_see(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_AsEditors)


def faults(kind: str, content: Any) -> list[str]:
    validator = Draft202012Validator(json_schema(kind))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(content)]


def test_committed_schemas_do_not_lag(real: Loaded) -> None:
    """`schemas/` holds what the model gives now. Type: make schemas."""
    made = schema_files(real.dataset)
    assert {p.relative_to(ROOT).as_posix() for p in (ROOT / "schemas").rglob("*.json")} == set(made)
    assert [path for path, content in made.items() if (ROOT / path).read_bytes() != content] == []


def test_published_with_the_site(site: Path, real: Loaded) -> None:
    """The same files are published, under an address with a version."""
    for path, content in schema_files(real.dataset).items():
        assert (site / path).read_bytes() == content


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_sound(kind: str) -> None:
    """Each is a schema of 2020-12, and describes every field."""
    schema = json_schema(kind)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for part in schema["$defs"].values():
        assert part["title"]
        assert part["description"]
        for name, field in part["properties"].items():
            assert field.get("description"), name


@pytest.mark.parametrize("root", [ROOT, EXAMPLE], ids=["real", "example"])
def test_every_record_is_valid(root: Path) -> None:
    """What `tracker check` takes, an editor's schema takes as well."""
    for file in sorted((root / "data").rglob("*.yml")):
        parts = file.relative_to(root / "data").parts
        kind = parts[0].removesuffix(".yml")
        assert faults(kind, as_editors_see(file)) == [], file


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
    ("    - source: report\n      locator: B2\n", "    - locator: B2\n", "source"),
]


@pytest.mark.parametrize(("right", "wrong", "named"), BROKEN, ids=[b[2] for b in BROKEN])
def test_broken_records_are_refused(right: str, wrong: str, named: str) -> None:
    """What editors get wrong is refused, and the message names it."""
    text = (EXAMPLE / "data/recommendations.yml").read_text(encoding="utf-8")
    assert right in text
    found = faults("recommendations", yaml.load(text.replace(right, wrong, 1), Loader=_AsEditors))
    assert any(named in one for one in found), found


def test_meanings_stand_beside_words() -> None:
    """An editor that completes a status shows what it means; one without a meaning stays blank."""
    schema = json_schema("recommendations", meanings={"planned": "Somebody promised."})
    status = schema["$defs"]["Assessment"]["properties"]["status"]
    told = dict(zip(status["enum"], status["enumDescriptions"], strict=True))
    assert told["planned"] == "Somebody promised."
    assert told["regressed"] == ""


def test_text_may_look_like_a_number() -> None:
    """A year, a paragraph or a value typed bare is no fault in an editor."""
    source = {"id": "a", "title": 2013, "type": "t", "date": 2013, "access": "public",
              "identified": "as-cited",
              "citations": [{"source": "b", "locator": 9, "states": [376, "1 in 8"]}]}  # fmt: skip
    assert faults("sources", [source]) == []
    assert faults("sources", [source | {"date": 2013.5}])


def test_no_such_kind() -> None:
    """A kind that does not exist is refused."""
    with pytest.raises(KeyError):
        json_schema("recommendation")


def test_editors_find_the_schema_of_each_file() -> None:
    """Each data file is mapped to its own schema, and every schema named is there."""
    mapped = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))[
        "yaml.schemas"
    ]
    assert set(mapped) == {f"./schemas/{VERSION}/{kind}.json" for kind in KINDS}
    for file in (ROOT / "data").rglob("*.yml"):
        path = file.relative_to(ROOT)
        found = [name for name, globs in mapped.items() if any(path.match(g) for g in globs)]
        assert found == [f"./schemas/{VERSION}/{path.parts[1].removesuffix('.yml')}.json"]
