"""Lists that somebody writes to by hand."""
