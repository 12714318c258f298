"""`tracker explain`: the definition of a rule, with an example that breaks it."""

import json
from typing import Any

import click

from tracker.checks import all_rules
from tracker.cli import command, fail
from tracker.i18n import t
from tracker.model.diagnostics import closest_match
from tracker.model.rules import Rule

_MAX_EXAMPLE = 400
"""Characters of an example that are printed: some examples break a limit on size."""


@command
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(code: str | None, as_json: bool) -> None:
    """Print the definition of a rule, or a list of all rules."""
    rules = {rule.code: rule for rule in sorted(all_rules(), key=lambda r: r.code)}
    if code and code not in rules:
        near = closest_match(code, list(rules))
        remedy = t("explain.near", near=near) if near else t("explain.list")
        fail(t("explain.unknown", code=code), remedy)
    if as_json:
        data = _to_data(rules[code]) if code else [_to_data(rule) for rule in rules.values()]
        click.echo(json.dumps(data, indent=2))
    elif code:
        click.echo(_format_rule(rules[code]))
    else:
        width = max(map(len, rules))
        for rule in rules.values():
            click.echo(f"{rule.code:{width}}  {rule.definition.split('. ')[0]}")


def _format_rule(rule: Rule) -> str:
    lines = [rule.code, f"  {rule.definition}"]
    lines += [f"  {t('rule.notice')}"] if rule.severity == "notice" else []
    if example := rule.example:
        for key, text in (("rule.wrong", example.wrong), ("rule.right", example.right)):
            lines += ["", f"{t(key)} (data/{example.file}.yml)"]
            lines += [f"  {line}" for line in _shorten_example(text).splitlines()]
    return "\n".join(lines)


def _to_data(rule: Rule) -> dict[str, Any]:
    data = {"code": rule.code, "severity": rule.severity, "definition": rule.definition}
    if example := rule.example:
        data |= {"file": f"data/{example.file}.yml"}
        data |= {"wrong": _shorten_example(example.wrong), "right": _shorten_example(example.right)}
    return data


def _shorten_example(text: str) -> str:
    printable = text.encode("utf-8", "replace").decode()
    return printable if len(printable) <= _MAX_EXAMPLE else printable[:_MAX_EXAMPLE] + "…"
