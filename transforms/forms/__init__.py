"""The officials' approval form (干部任免审批表), as files have it: read, understood and written."""
