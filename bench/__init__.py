"""What each stage of the product costs, beside a raw COPY of the same rows: `python -m bench`, or `make bench`."""
