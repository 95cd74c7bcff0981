"""What people and timers call: one module a command, `python -m cadre_cloud.commands.held --help`."""
