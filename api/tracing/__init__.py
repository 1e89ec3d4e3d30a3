"""A why-document for people: as a tree on a terminal, and as a page to print."""
