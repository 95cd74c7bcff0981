"""The model by which the demo's cities link: the shipped one, allowed what it was borne out on."""

import json
from pathlib import Path

# What the shipped model foretells of names was held against the truth of such cities (`seen`). A real city allows as much
# once its own people have borne it out.
AUTOMATIC = ["name_unit"]
_SHIPPED = Path(__file__).parents[1] / "plugins" / "cadre_cloud" / "warehouse" / "link_model.json"


def model() -> str:
    """The shipped model with the methods that link by a probability, as a file holds it."""
    shipped = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    return json.dumps(shipped | {"automatic": AUTOMATIC}, ensure_ascii=False, indent=1)
