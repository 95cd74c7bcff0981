"""Drafts of a new resource's files, out of what its department says of it: what can be said, and what a person has to decide."""
