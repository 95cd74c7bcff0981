"""One parser a format: bytes in, a table of text out, with `row_no` and `row_error` beside the source's columns."""
