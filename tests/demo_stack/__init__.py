"""The local stack by its parts; the whole of it is started by the chain's test."""
