"""Everything of Cadre Cloud that touches the world: sources, landing, quality, warehouse, alerts, mail."""
