"""What the commands say: counts, results, errors and remedies."""

from collections.abc import Mapping

COMMAND: Mapping[str, Mapping[str, str]] = {
    "en": {
        "suggest": "Did you mean “{suggest}”? Then type: {line}",
        "type": "Type: {typed}",
        "also": "The same cause, in {count} more:",
        "also.more": "… and {count} more.",
        "github.also": "The same cause, in {count} more: {places}",
        "github.more": "{count} more problems: in the log, and in the summary of this step.",
        "github.head.severity": "Severity",
        "github.head.place": "Place",
        "github.head.what": "What is wrong",
        "github.head.remedy": "What to do",
        "github.head.code": "Code",
        "check.sound": "{records} records and {citations} citations: no problem",
        "check.problems": "{count} problems",
        "check.problem": "1 problem",
        "check.notices": "{count} notices",
        "check.notice": "1 notice",
        "notice": "notice",
        "fault": "problem",
        "check.no-project": "no project at {path}: no data/recommendations.yml at or above it",
        "check.no-project.fix": "Name the folder of a project: tracker check PATH",
        "check.unreadable": "{file} cannot be read: {why}",
        "package.missing": "the Python module {module} is not installed, and this needs it",
        "package.missing.fix": "Install all packages: make .venv/.site, or pip install "
        "covenant-tracker. What is missing: tracker doctor",
        "check.day": "the day is {day}, {basis}",
        "check.no-ref": "git knows no {ref} here",
        "pack.changed": "{folder} is not as the build left it: {files}",
        "write.failed": "{file} cannot be written: {why}",
        "write.waits": "{command} is waiting: another command is writing in {folder}",
        "verify.progress": "Looking for citations",
        "verify.counted": "{citations} citations, {texts} texts at hand:",
        "verify.alike": "Statements that no machine can tell from a like figure beside them: "
        "{count}",
        "verify.not-written": "{file} stays as it was: some records cannot be read.",
        "verify.configuration": "{file} cannot be followed: {why}",
        "verify.written": "{file}: {changed} lines changed; {verified} citations are verified or "
        "accepted",
        "verify.role": "maintainer",
        "verify.no-name": "--accept needs the name of the person who accepts it",
        "verify.no-name.fix": 'Type: --by "Your name". It is published.',
        "verify.bad-name": "--by is one line of at most {most} characters, without control "
        "characters",
        "verify.no-citation": "no citation has the key {key}",
        "verify.no-citation.near": "Did you mean “{near}”?",
        "verify.no-citation.fix": "List the keys: tracker verify --queue",
        "verify.bad-lock": "data/citations.lock has lines that are not valid",
        "verify.bad-lock.fix": "Type: tracker check. It names them.",
        "queue.count": "{citations} citations of {sources} sources wait to be checked",
        "queue.source": "{title} ({count})",
        "queue.text": "Needed: its text, as {files} ({access})",
        "queue.known": "SHA-256 of the texts used before begins: {texts}",
        "verify.fault": "{file} is of no use: {why}",
        "verify.inside": "{folder} lies in the project. Texts belong to others: keep them outside, "
        "so that they are never published.",
        "verify.no-texts": "No file in {folders} belongs to a source. A text is named as the id "
        "of its source, such as report.txt.",
        "explain.unknown": "There is no rule with the code {code}.",
        "explain.near": "Type: tracker explain {near}",
        "explain.list": "Type: tracker explain. It lists all codes.",
        "check.no-proofs": "There is no {file} yet: no citation is verified. Type: make prove "
        "(tracker verify --write)",
        "verify.configuration.fix": 'Write one line: texts = ["../texts"]',
        "verify.no-folder": "{folder}, named in {file}, is no folder",
        "pack.written": "{file}: {files} files, {size}",
        "pack.inside": "{file} lies in {folder}, and would be packed into the next one",
        "pack.inside.fix": "Name a file outside: --to dist/covenant-tracker.zip",
        "lock.citations": "Written by `tracker verify --write`; not edited by hand.",
        "check.bad-day": "{got} is not a day; write 2026-11-24",
    }
}
"""What the command says."""
