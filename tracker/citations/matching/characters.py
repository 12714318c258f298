"""Hyphens, dashes and spaces, as regular expression character sets."""

HYPHENS = "-\u2010\u2011\u00ad"
"""Characters that divide a word."""
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
"""Characters between the ends of a range."""
SPACES = " \u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
"""Spaces within a line."""
