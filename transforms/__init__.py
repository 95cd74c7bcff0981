"""Pure functions, table in, table out: no Airflow, no driver, no clock, no file."""
