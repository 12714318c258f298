"""What charts say beside their numbers."""

from collections.abc import Mapping

CHARTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "chart.share": "{n}%",
        "chart.by": "{figure}, by {by}",
        "chart.parts": "Bars, in the order of the table: {parts}.",
        "chart.full": "The full width is {all} {unit}.",
        "chart.full-share": "The full width is 100% of {all} {unit}.",
        "chart.over-time": "{series}, over time",
        "chart.times": "In order of time: {parts}.",
        "chart.axis": "Height: {unit}, from zero. Across: {first} to {last}.",
        "chart.undated": "Not drawn, because it has no date: {figures}.",
        "chart.no-number": "Not drawn, because it is not given as a number: {figures}.",
        "chart.over": "A thick line spans the period that was counted.",
        "chart.within": "A dashed line spans the time within which the day lies; the source gives "
        "no day.",
        "chart.uneven": "Periods of different length cannot be compared by height.",
        "chart.joined": "A thin line joins neighbours no more than a year apart.",
        "chart.bar.more-than": "An arrow to the right: more than this; how much is not known.",
        "chart.bar.at-least": "An arrow to the right: this or more.",
        "chart.bar.at-most": "Hatched, with an arrow to the left: this or less.",
        "chart.bar.about": "Hatched, with a broken edge: about this, not exactly.",
        "chart.mark.more-than": "An arrow upwards: more than this; how much is not known.",
        "chart.mark.at-least": "An arrow upwards: this or more.",
        "chart.mark.at-most": "An arrow downwards: this or less.",
        "chart.mark.about": "A hollow ring: about this, not exactly.",
    }
}
