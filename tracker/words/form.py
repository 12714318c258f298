"""The words of `tracker fmt` and of writing files."""

from collections.abc import Mapping

FORM: Mapping[str, Mapping[str, str]] = {
    "en": {
        "problem.not-canonical": "from here on, the file is not written in the canonical form",
        "problem.not-canonical.fix": "Type: make fmt (tracker fmt). It changes the form, and no "
        "value.",
        "fmt.same": "{files} files are in canonical form",
        "fmt.done": "{changed} of {files} files rewritten",
        "fmt.no-data": "{file} holds no records of the project",
        "fmt.no-data.fix": "Name a project, or a file such as data/events.yml.",
        "fmt.altered": "{file} would say something else than before; nothing was written",
        "fmt.altered.fix": "This is a fault of the program. Report it with the file.",
        "write.outside": "{file} is a link that leads out of the project, to {target}; nothing was "
        "written",
        "write.outside.fix": "Put the file itself there in place of the link.",
    }
}
