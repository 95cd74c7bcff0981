"""Web pages, inside Airflow's API server."""
