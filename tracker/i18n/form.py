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
        "problem.foreign-folder": "{file} is not empty and no build wrote it, so it is not cleared",
        "problem.foreign-folder.fix": "Name an empty folder, or remove this one yourself.",
        "problem.foreign-file": "{file} was not written by a build, and would be published",
        "problem.foreign-file.fix": "Remove it.",
        "problem.changed-meanwhile": "{file} was changed while this command ran; nothing was "
        "written",
        "problem.changed-meanwhile.fix": "Run the command again.",
    }
}
