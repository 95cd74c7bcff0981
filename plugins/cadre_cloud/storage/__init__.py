"""What lies on a disk: sealed, whole or not at all."""
