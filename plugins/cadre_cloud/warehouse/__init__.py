"""What stands in the database: its connection, and each thing that is kept there."""
