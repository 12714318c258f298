"""Import recommendations from the UN's Universal Human Rights Index and from UPR Info.

bytes → text (`encoding`) → rows (`upr_info`, `uhri`) → records (`mapping`, `vocabulary`) → the
wanted ones (`filters`), grouped by file (`staging`) → merged into the files (`files`, `merge`).
`importer` runs these steps, and `report` describes the result.
"""
