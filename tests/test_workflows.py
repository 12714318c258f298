"""Workflows: what they may do, where a stranger's code runs, and that each host runs the same."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from tests.conftest import ROOT
from tracker.model import PAGED, Event, Source

FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES}
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))
workflow = pytest.mark.parametrize("name", WORKFLOWS)


def triggers(name: str) -> Any:
    return WORKFLOWS[name][True]  # YAML 1.1 takes the key `on` for a truth


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job["steps"]]


@workflow
def test_no_permission_by_default(name: str) -> None:
    """Nothing is permitted to a whole workflow; each job names what it needs, and ends in time."""
    assert WORKFLOWS[name]["permissions"] == {}
    for job in WORKFLOWS[name]["jobs"].values():
        assert "permissions" in job
        assert job["timeout-minutes"] <= (60 if name == "links" else 10)


@workflow
def test_actions_are_pinned(name: str) -> None:
    """Each action is named by a whole commit with its version beside it, one for all workflows."""
    text = (ROOT / f".github/workflows/{name}.yml").read_text(encoding="utf-8")
    for line in re.findall(r"uses: (.+)", text):
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_one_version_of_each_action() -> None:
    """No action is used in two versions."""
    text = "".join(file.read_text(encoding="utf-8") for file in FILES)
    pins = set(re.findall(r"uses: (\S+)@(\S+ # \S+)", text))
    assert len(pins) == len({action for action, _ in pins})


@workflow
def test_what_a_fork_may_start(name: str) -> None:
    """Only one workflow runs a fork's code, and it can neither write nor read a secret."""
    started = set(triggers(name))
    assert not started & {"pull_request_target", "workflow_run", "issue_comment", "issues"}
    if "pull_request" in started:
        assert name == "check"
        text = (ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8")
        assert not re.search(r"secrets\.|github\.token|GH_TOKEN|write", text.split("jobs:")[1])
        for job in WORKFLOWS[name]["jobs"].values():
            assert job["permissions"] in ({}, {"contents": "read"})


@workflow
def test_checkouts_keep_no_token(name: str) -> None:
    """A checkout leaves no token where later code could read it."""
    for step in steps(name):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@workflow
def test_scripts_take_no_text_of_others(name: str) -> None:
    """No expression stands in a script, where a branch's name could become a command."""
    assert not [step["run"] for step in steps(name) if "${{" in step.get("run", "")]


def test_all_checks_are_required() -> None:
    """The job that branch protection asks for waits for every other one, and fails with each."""
    jobs = WORKFLOWS["check"]["jobs"]
    assert set(jobs["all"]["needs"]) == set(jobs) - {"all"}
    assert jobs["all"]["if"] == "always()"
    assert "success" in jobs["all"]["steps"][0]["run"]


def test_every_python_is_tried() -> None:
    """The matrix begins with the oldest that the project promises."""
    versions = WORKFLOWS["check"]["jobs"]["tests"]["strategy"]["matrix"]["python"]
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    assert f'requires-python = ">={versions[0]}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    gitlab = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    assert gitlab["check"]["parallel"]["matrix"][0]["PYTHON_VERSION"] == versions


def test_make_knows_what_the_hosts_call() -> None:
    """Each `make` target in a workflow exists; `make ci` runs those of the check on every host."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) | {".venv/.site"}
    called = set()
    for name in WORKFLOWS:
        runs = "\n".join(step.get("run", "") for step in steps(name))
        targets = {t for line in re.findall(r"\bmake (.+)", runs) for t in line.split()}
        assert targets <= known, name
        called |= targets if name == "check" else set()
    recipe = makefile.split("\nci: ")[1].split("\n\n")[0]
    # `editor` needs node, which other hosts may lack.
    assert called - {".venv/.site", "editor"} <= set(re.findall(r"[a-z]+", recipe))
    assert "make ci" in (ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8")


def test_signing_and_publishing_run_no_code_of_ours() -> None:
    """Where something may be signed or published, nothing of the repository is checked out."""
    for name in ("pages", "release"):
        for job in WORKFLOWS[name]["jobs"].values():
            if "id-token" in job["permissions"]:
                used = " ".join(step.get("uses", "") for step in job["steps"])
                assert "checkout" not in used


def test_dependabot_waits() -> None:
    """Once a month, and never for what came out yesterday."""
    file = ROOT / ".github/dependabot.yml"
    for update in yaml.safe_load(file.read_text(encoding="utf-8"))["updates"]:
        assert update["schedule"]["interval"] == "monthly"
        assert update["cooldown"]["default-days"] >= 7


def test_archive_metadata_agrees_with_the_citation() -> None:
    """What an archive is told has the creators and the licence of CITATION.cff."""
    archive = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    data = citation["preferred-citation"]
    assert archive["creators"] == [{"name": one["name"]} for one in data["authors"]]
    assert archive["license"] == data["license"]


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_forms_are_sound(file: Path) -> None:
    """Each form has what GitHub asks for, ids that differ, and warns of personal data."""
    form = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert form["name"]
    assert form["description"]
    fields = [part for part in form["body"] if part["type"] != "markdown"]
    ids = [field["id"] for field in fields]
    assert len(ids) == len(set(ids))
    assert all(field["attributes"]["label"] for field in fields)
    assert fields[-1]["type"] == "checkboxes"
    assert all(option["required"] for option in fields[-1]["attributes"]["options"])
    assert "SECURITY.md" in file.read_text(encoding="utf-8")


def options(form: str, field: str) -> list[str]:
    content = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{form}.yml").read_text("utf-8"))
    found = next(part for part in content["body"] if part.get("id") == field)
    return [str(option) for option in found["attributes"]["options"]]


def test_forms_offer_what_the_model_takes() -> None:
    """A form's choices are the model's own, in its order; an editor can copy the answer."""
    assert options("wrong", "kind") == [*PAGED, "I do not know"]
    kinds = get_args(Event.model_fields["kind"].annotation)
    assert options("development", "kind") == [*kinds, "I do not know"]
    languages = get_args(get_args(Source.model_fields["language"].annotation)[0])
    assert options("source", "language") == [*languages, "another"]


def test_hooks_and_owners() -> None:
    """The hooks for other trackers call commands; code and configuration have an owner."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"]: hook["entry"] for hook in hooks} == {
        "tracker-check": "tracker check",
        "tracker-fmt": "tracker fmt",
    }
    owned = (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8")
    for path in ("/tracker/", "/overrides/", "/.github/", "/Makefile", "/pyproject.toml"):
        assert f"\n{path}" in owned
