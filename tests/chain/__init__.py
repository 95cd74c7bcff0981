"""The whole chain, through a real Airflow scheduler: one stack a session, and a small city's three days."""
