"""CI workflows: permissions, pinned actions, untrusted code and data, and code owners."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pathspec import GitIgnoreSpec

from tests.conftest import ROOT
from tracker.model import PAGED, Event, Source

FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
GITLAB = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES}
OURS = {file.relative_to(ROOT).as_posix() for file in FILES}
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))
workflow = pytest.mark.parametrize("name", WORKFLOWS)


def get_triggers(name: str) -> Any:
    return WORKFLOWS[name][True]  # YAML 1.1 reads the key `on` as a boolean


def list_steps(name: str) -> list[dict[str, Any]]:
    """Return the steps of all jobs of a workflow."""
    return [step for job in WORKFLOWS[name]["jobs"].values() for step in job.get("steps", ())]


def get_commands(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job.get("steps", ()))


def get_actions(job: dict[str, Any]) -> str:
    return " ".join([job.get("uses", ""), *(s.get("uses", "") for s in job.get("steps", ()))])


def can_write(job: dict[str, Any]) -> bool:
    return "write" in job["permissions"].values()


@workflow
def test_no_permission_by_default(name: str) -> None:
    """Workflows have no permissions; each job has its own, and a timeout."""
    assert WORKFLOWS[name]["permissions"] == {}
    for job in WORKFLOWS[name]["jobs"].values():
        assert "permissions" in job
        assert "uses" in job or job["timeout-minutes"] <= (60 if name == "links" else 10)


@workflow
def test_actions_are_pinned(name: str) -> None:
    """Each action is pinned to a full commit hash, with its version in a comment."""
    text = (ROOT / f".github/workflows/{name}.yml").read_text(encoding="utf-8")
    for line in re.findall(r"uses: (.+)", text):
        pinned = re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
        assert pinned or line.removeprefix("./") in OURS, line


def test_one_version_of_each_action() -> None:
    """All workflows use the same version of an action."""
    text = "".join(file.read_text(encoding="utf-8") for file in FILES)
    pins = set(re.findall(r"uses: (\S+)@(\S+ # \S+)", text))
    assert len(pins) == len({action for action, _ in pins})


@workflow
def test_forks_have_no_permissions(name: str) -> None:
    """Only one workflow runs code of forks, without secrets or write permissions."""
    started = set(get_triggers(name))
    assert not started & {"pull_request_target", "workflow_run", "issue_comment", "issues"}
    if "pull_request" in started:
        assert name == "check"
        text = (ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8")
        jobs = re.sub("#.*", "", text.split("jobs:")[1])
        assert not re.search(r"secrets\.|github\.token|GH_TOKEN|write", jobs)
        for job in WORKFLOWS[name]["jobs"].values():
            assert job["permissions"] in ({}, {"contents": "read"})


@workflow
def test_checkouts_keep_no_token(name: str) -> None:
    """A checkout does not store a token that later code could read."""
    for step in list_steps(name):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@workflow
def test_scripts_have_no_expressions(name: str) -> None:
    """Scripts have no expressions, because the name of a branch could become a command."""
    assert not [step["run"] for step in list_steps(name) if "${{" in step.get("run", "")]


def test_all_checks_are_required() -> None:
    """The job that branch protection requires depends on all other jobs."""
    jobs = WORKFLOWS["check"]["jobs"]
    assert jobs["all"]["name"] == "All checks"
    assert set(jobs["all"]["needs"]) == set(jobs) - {"all"}
    assert jobs["all"]["if"] == "always()"


PUBLISH = 'publish TO="$RUNNER_TEMP/site"'


def test_site_is_built_outside_the_repository() -> None:
    """Files committed under site/ or public/ are never published."""
    build = WORKFLOWS["pages"]["jobs"]["build"]
    assert f"make check same {PUBLISH}" in get_commands(build)
    paths = [step["with"]["path"] for step in build["steps"] if "pages-artifact" in str(step)]
    assert paths == ["${{ runner.temp }}/site"]
    assert GITLAB["pages"]["script"][1:] == [
        'make check same publish TO="$folder/site"',
        "rm -rf public",
        'mv "$folder/site" public',
    ]


def test_change_of_records_skips_only_tests_of_code() -> None:
    """The records, one build and the links are always checked."""
    jobs = WORKFLOWS["check"]["jobs"]
    skipped = {name for name, job in jobs.items() if "code != 'false'" in job.get("if", "")}
    assert skipped == {"tests", "workflows", "editor"}
    assert {"check", "verify", "diff"} <= set(get_commands(jobs["records"]).split())
    builds = [step["run"] for step in jobs["site"]["steps"] if "make" in step.get("run", "")]
    assert builds == [f"make {what}" for what in (PUBLISH, f"same {PUBLISH}")]


def test_every_python_version_is_tested() -> None:
    """The matrix begins with the oldest supported version."""
    versions = WORKFLOWS["check"]["jobs"]["tests"]["strategy"]["matrix"]["python"]
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    assert f'requires-python = ">={versions[0]}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert GITLAB["default"]["image"] == f"python:{versions[0]}-bookworm"
    assert GITLAB["test"]["parallel"]["matrix"][0]["PYTHON_VERSION"] == versions[1:]


def test_make_targets_exist() -> None:
    """Each `make` target in a workflow exists, and `make ci` runs those of the check."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) | {".venv/.site"}
    called = set()
    for name in WORKFLOWS:
        jobs = WORKFLOWS[name]["jobs"].values()
        lines = re.findall(r"\bmake (.+)", "\n".join(map(get_commands, jobs)))
        targets = {word for line in lines for word in line.split() if "=" not in word}
        assert targets <= known, name
        called |= targets if name == "check" else set()
    recipe = makefile.split("\nci: ")[1].split("\n\n")[0]
    # `zip` runs `publish`, and `editor` needs node, which other hosts may lack.
    run_elsewhere = called - {".venv/.site", "editor", "publish"} | {"zip"}
    assert run_elsewhere <= set(re.findall(r"[a-z]+", recipe))
    assert GITLAB["check"]["script"] == ["make ci"]


WRITES = {
    "links": {"propose", "report"},
    "pages": {"attest", "deploy"},
    "propose": {"propose"},
    "release": {"release"},
    "stale": {"report"},
    "tidy": {"propose"},
}
"""The only jobs whose token can write."""


@workflow
def test_only_some_jobs_can_write(name: str) -> None:
    """A job that can write runs none of our programs, which read untrusted data."""
    jobs = WORKFLOWS[name]["jobs"]
    assert {key for key, job in jobs.items() if can_write(job)} == WRITES.get(name, set())
    for job in filter(can_write, jobs.values()):
        assert not re.search(r"\bmake\b|\.venv|python|\.ci/", get_commands(job))
        assert "checkout" not in get_actions(job) or name == "propose"  # this one pushes a branch


@workflow
def test_only_writing_jobs_have_a_token(name: str) -> None:
    """Jobs that read untrusted data have no token in their environment."""
    for job in WORKFLOWS[name]["jobs"].values():
        assert can_write(job) or "github.token" not in json.dumps(job)


def test_called_workflows_have_minimal_permissions() -> None:
    """A called workflow has only the permissions of its jobs, and no secrets."""
    for content in WORKFLOWS.values():
        for job in (job for job in content["jobs"].values() if "uses" in job):
            called = WORKFLOWS[Path(job["uses"]).stem]["jobs"].values()
            needed = {name: value for one in called for name, value in one["permissions"].items()}
            assert job["permissions"] == needed
            assert "secrets" not in job


def test_publishing_needs_the_checks_and_a_variable() -> None:
    """A fork does not have the variable, so it publishes and proposes nothing."""
    for name in ("pages", "release"):
        jobs = WORKFLOWS[name]["jobs"]
        assert jobs["check"]["uses"] == "./.github/workflows/check.yml"
        assert jobs["build"]["needs"] == "check"
        assert "vars.PUBLISH == 'true'" in jobs["build"]["if"]
        rest = set(jobs) - {"check", "build"}
        assert all("build" in jobs[job]["needs"] and "if" not in jobs[job] for job in rest)
    for name in ("links", "stale", "tidy"):
        first, *others = WORKFLOWS[name]["jobs"].values()
        assert "vars.PUBLISH == 'true'" in first["if"]
        assert all("needs" in job for job in others)
    assert '$PUBLISH == "true"' in GITLAB["pages"]["rules"][0]["if"]
    assert GITLAB["stages"].index("publish") > GITLAB["stages"].index("check")


def test_gitlab_shows_problems_on_lines() -> None:
    """The report is uploaded even if there are problems."""
    job = GITLAB["records"]
    assert job["artifacts"]["when"] == "always"
    report = job["artifacts"]["reports"]["codequality"]
    assert any(f"--format gitlab > {report}" in line for line in job["script"])


def test_dependabot_has_a_cooldown() -> None:
    """Updates are monthly, and exclude releases of the last week."""
    file = ROOT / ".github/dependabot.yml"
    for update in yaml.safe_load(file.read_text(encoding="utf-8"))["updates"]:
        assert update["schedule"]["interval"] == "monthly"
        assert update["cooldown"]["default-days"] >= 7


def test_archive_metadata_agrees_with_the_citation() -> None:
    """The metadata has the creators and the licence of CITATION.cff."""
    archive = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    data = citation["preferred-citation"]
    assert archive["creators"] == [{"name": one["name"]} for one in data["authors"]]
    assert archive["license"] == data["license"]


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_issue_forms_are_valid(file: Path) -> None:
    """Each form has the required keys, unique ids, and a warning about personal data."""
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


def get_options(form: str, field: str) -> list[str]:
    content = yaml.safe_load((ROOT / f".github/ISSUE_TEMPLATE/{form}.yml").read_text("utf-8"))
    found = next(part for part in content["body"] if part.get("id") == field)
    return [str(option) for option in found["attributes"]["options"]]


def test_form_choices_are_those_of_the_model() -> None:
    """Choices are those of the model, in its order, so that editors can copy the answers."""
    assert get_options("wrong", "kind") == [*PAGED, "I don't know"]
    kinds = get_args(Event.model_fields["kind"].annotation)
    assert get_options("development", "kind") == [*kinds, "I don't know"]
    languages = get_args(get_args(Source.model_fields["language"].annotation)[0])
    assert get_options("source", "language") == [*languages, "another"]


def test_hooks_call_commands() -> None:
    """The pre-commit hooks call existing commands."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"]: hook["entry"] for hook in hooks} == {
        "tracker-check": "tracker check",
        "tracker-fmt": "tracker fmt",
    }


def is_owned(path: str) -> bool:
    """Return True if the last matching line of CODEOWNERS has an owner."""
    lines = (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8").splitlines()
    rules = (line.split() for line in lines if line.strip() and not line.startswith("#"))
    specs = [(GitIgnoreSpec.from_lines([pattern]), owners) for pattern, *owners in rules]
    matching = [owners for spec, owners in specs if spec.match_file(path)]
    return bool(matching[-1])


def test_all_files_except_records_have_an_owner() -> None:
    """Future files have an owner too, as have other files in data/."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    guarded = ("data/exceptions", "data/vocabulary")
    new = ["conftest.py", "GNUmakefile", "data/links.lock", "data/x.py", "docs/data/x.yml"]
    new += ["data/findings/found-1.yml", ".github/workflows/new.yml"]
    new += ["data/vocabulary/term-1.yml", "data/positions/asked-1-p1.yml"]
    for path in listed.stdout.split() + new:
        record = path.startswith("data/") and path.endswith(".yml")
        record = record and not path.startswith(guarded)
        assert is_owned(path) is not record, path


def test_pull_request_template_asks_for_no_command() -> None:
    """Editors who use the web editor can fill in the template."""
    text = (ROOT / ".github/PULL_REQUEST_TEMPLATE.md").read_text(encoding="utf-8")
    assert not re.search(r"`|\bmake (check|prove|fmt)|tracker ", text)
    assert len(text.split()) < 120
