"""Import recommendations from the UN's Universal Human Rights Index and from UPR Info.

bytes → text (`encoding`) → rows (`upr_info`, `uhri`) → records (`mapping`, `vocabulary`) → wanted
records (`filters`), by file (`staging`) → changes to the files (`folder`, `update`, `merge`).
`importer` runs these steps, and `report` describes the result.
"""
