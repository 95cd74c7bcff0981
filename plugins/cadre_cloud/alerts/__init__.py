"""What the rules find, and what stands of it."""
