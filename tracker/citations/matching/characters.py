"""The marks that texts put between digits and letters, each named once."""

HYPHENS = "-\u2010\u2011\u00ad"
"""What divides a word, at the end of a line or within it."""
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
"""What stands between the ends of a range."""
SPACES = " \u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
"""Spaces within a line."""
