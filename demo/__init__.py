"""What stands in for a city's departments in a trial, and the local stack that runs the platform on one machine."""
