"""Import recommendations from the UN's Universal Human Rights Index and from UPR Info.

bytes → text (`encoding`) → rows (`upr_info`, `uhri`) → records (`mapping`) → changes to the files
(`folder`, `merge`). `importer` runs these steps and counts the results.
"""
