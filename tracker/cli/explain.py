"""`tracker explain`: what a rule asks, what breaks it, and what mends it."""

import json
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.common import fail
from tracker.i18n import t

if TYPE_CHECKING:
    from tracker.model.diagnostics import Rule


_LONGEST = 400


@click.command(
    epilog="""\b
Examples:
  tracker explain                        every code, with what its rule asks
  tracker explain bad-date               one rule, with what breaks and what mends it
  tracker explain bad-date --json

\b
Exit codes: 0 explained, 2 no such code."""
)
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(code: str | None, as_json: bool) -> None:
    """Explain a code that `check` printed, or list all of them."""
    rules = _get_rules()
    if code and code not in rules:
        _fail_unknown(code, list(rules))
    told = [rules[code]] if code else list(rules.values())
    if as_json:
        found = [_to_data(rule) for rule in told]
        click.echo(json.dumps(found[0] if code else found, indent=2))
    elif code:
        click.echo(_format_rule(told[0]))
    else:
        width = max(map(len, rules))
        click.echo("\n".join(f"{r.code:{width}}  {r.definition.split('. ')[0]}" for r in told))


def _get_rules() -> "dict[str, Rule]":
    """Each rule by its code, in the order of codes."""
    from tracker.checks import all_rules
    from tracker.records.format_rules import FAULTS

    return {rule.code: rule for rule in sorted((*FAULTS, *all_rules()), key=lambda r: r.code)}


def _fail_unknown(code: str, known: list[str]) -> None:
    from tracker.model.diagnostics import closest_match

    near = closest_match(code, known)
    fail(
        t("explain.unknown", code=code),
        t("explain.near", near=near) if near else t("explain.list"),
    )


def _format_rule(rule: "Rule") -> str:
    lines = [rule.code, f"  {rule.definition}"]
    lines += [f"  {t('rule.notice')}"] if rule.severity == "notice" else []
    if example := rule.example:
        for key, text in (("rule.wrong", example.wrong), ("rule.right", example.right)):
            lines += ["", f"{t(key)} (data/{example.file}.yml)"]
            lines += [f"  {line}" for line in _shorten_example(text).splitlines()]
    return "\n".join(lines)


def _to_data(rule: "Rule") -> dict[str, Any]:
    told: dict[str, Any] = {
        "code": rule.code, "severity": rule.severity, "definition": rule.definition,
    }  # fmt: skip
    if example := rule.example:
        told |= {"file": f"data/{example.file}.yml"}
        told |= {"wrong": _shorten_example(example.wrong), "right": _shorten_example(example.right)}
    return told


def _shorten_example(text: str) -> str:
    """An example as it can be printed: one that breaks a bound on size is cut short."""
    printable = text.encode("utf-8", "replace").decode()
    return printable if len(printable) <= _LONGEST else printable[:_LONGEST] + "…"
