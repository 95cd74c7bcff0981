"""Who is on the roster twice, and who reads about it."""

from datetime import date

ONE, TWICE, DAY = "C0002", "C0901", date(2026, 6, 2)
REVIEWER, COUNTY, OTHER_COUNTY = "reviewer_of_merges", "reader_of_merges", "other_reader_of_merges"
