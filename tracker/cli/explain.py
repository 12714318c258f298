"""`tracker explain`: the definition of a rule, with an example that breaks it."""

from typing import Any

import click

from tracker.checks import all_rules
from tracker.cli import command, fail, print_json
from tracker.cli.completion import complete_words
from tracker.cli.text import print_template
from tracker.model.rules import Rule
from tracker.model.suggestions import closest_match

_MAX_EXAMPLE = 400
"""Characters of an example that are printed: some examples break a limit on size."""


def _list_codes() -> list[str]:
    return sorted(rule.code for rule in all_rules())


@command
@click.argument("code", required=False, shell_complete=complete_words(_list_codes))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(code: str | None, as_json: bool) -> None:
    """Print the definition of a rule, or a list of all rules."""
    rules = {rule.code: rule for rule in sorted(all_rules(), key=lambda r: r.code)}
    if code and code not in rules:
        near = closest_match(code, list(rules))
        remedy = (
            f"Did you mean: tracker explain {near}"
            if near
            else "To list all codes, type: tracker explain"
        )
        fail(f"no rule has the code {code}", remedy)
    if as_json:
        data = _to_data(rules[code]) if code else [_to_data(rule) for rule in rules.values()]
        print_json(data)
    elif code:
        print_template("explain", rule={"file": "", **_to_data(rules[code])})
    else:
        width = max(map(len, rules))
        for rule in rules.values():
            click.echo(f"{rule.code:{width}}  {rule.definition.split('. ')[0]}")


def _to_data(rule: Rule) -> dict[str, Any]:
    data = {"code": rule.code, "severity": rule.severity, "definition": rule.definition}
    if example := rule.example:
        data |= {"file": f"data/{example.file}.yml"}
        data |= {"wrong": _shorten_example(example.wrong), "right": _shorten_example(example.right)}
    return data


def _shorten_example(text: str) -> str:
    printable = text.encode("utf-8", "replace").decode()
    return printable if len(printable) <= _MAX_EXAMPLE else printable[:_MAX_EXAMPLE] + "…"
