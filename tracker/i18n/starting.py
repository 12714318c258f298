"""The words of `tracker init`."""

from collections.abc import Mapping

STARTING: Mapping[str, Mapping[str, str]] = {
    "en": {
        "init.not-empty": "{folder} is there, and not empty",
        "init.not-empty.fix": "Name a folder that is empty, or not there yet.",
        "init.state": "The State",
        "init.committee": "Who made the recommendations",
        "init.title": "The name of the site",
        "init.title.default": "{state} Tracker",
        "init.name": "“{got}” cannot be a name",
        "init.name.fix": "Type it on one line, without spaces around it, and without { } < >.",
        "init.written": "{n} files written to {folder}",
        "init.next": "Next: cd {folder}, git init, make serve. README.md tells what to do first.",
    }
}
