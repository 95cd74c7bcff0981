"""Officials' approval forms on their way into the landing: only what the contract names, no photo, nobody's health."""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import IO, Any

from cadre_cloud.sources.api import allowed
from cadre_cloud.sources.arrival import NotRead
from transforms.contract import Contract
from transforms.formats.pages import SEPARATOR
from transforms.forms.files import Found, forms
from transforms.forms.layout import RELATIVE_KEPT, RELATIVES, NoForm
from transforms.forms.rows import BESIDE, KEY

_AT_ONCE = 50  # forms


def landed(contract: Contract, dropped: Counter[str], name: str, file: IO[bytes]) -> Iterable[bytes]:
    """A file's forms as pages of records, each with the SHA-256 of the form as it came; what else it had is counted by name.

    Of what is no form that can be read nothing but its hash and the reason is landed, as nobody knows what is in it.

    Raises:
        NotRead: an archive that cannot be read as a whole.
    """
    names = {*contract.columns, *BESIDE}
    try:
        found = forms(file, name)
        while some := [_record(contract, form, dropped) for form in islice(found, _AT_ONCE)]:
            yield SEPARATOR + allowed(some, names, dropped)
    except NoForm as error:
        raise NotRead(error.reason) from None


def _record(contract: Contract, form: Found, dropped: Counter[str]) -> dict[str, Any]:
    """What a form says, by its element; of relatives only what may be kept."""
    texts: dict[str, Any] = {name: said for name, said in (form.texts or {}).items() if said and not str(said).isspace()}
    if isinstance(items := texts.get(RELATIVES), list):
        kept = [{part: said for part, said in item.items() if part in RELATIVE_KEPT} for item in items]
        dropped.update(
            f"{RELATIVES}.{part}" for item in items for part, said in item.items() if said and part not in RELATIVE_KEPT
        )
        texts[RELATIVES] = json.dumps([item for item in kept if any(item.values())], ensure_ascii=False)
    beside = zip(BESIDE, (form.name, form.problem), strict=True)
    return dict.fromkeys(contract.columns) | texts | {KEY: form.sha256, **dict(beside)}
