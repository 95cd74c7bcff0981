"""Whose forms are: officials of the roster, officials whom only forms know, or proposed ones, about whom a person decides.

A number decides where the name does not speak against it. Without one a form is somebody's whose name, sex and birth are the
same, if there is just one. A question mark in a name stands for a character that the older editor could not write.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

UNWRITTEN = "?"


@dataclass
class Official:
    """Somebody on the roster, or whom a form brought: by what forms are recognised. `number` is whatever stands for it."""

    cadre_no: str
    number: bytes | None
    sex: str | None
    born_on: str | None
    names: set[str]


@dataclass(frozen=True)
class Form:
    """Of a form the same; `name` is its match key. decided: `same` as the official `decided_as`, or `new`, by a person."""

    form_no: str
    number: bytes | None
    name: str
    sex: str | None
    born_on: str | None
    decided: str | None = None
    decided_as: str | None = None

    @property
    def can_be_new(self) -> bool:
        """Whether it says enough for an official whom nobody else knows."""
        return bool(self.name and self.sex and self.born_on and UNWRITTEN not in self.name)


@dataclass(frozen=True)
class Whose:
    """Whose a form is: the official, none of a proposed one; how that is known, or why not; and who may be meant then.

    Methods: `full_id`, `name_sex_birth`, `form` (an official whom the form itself brings), `person` (decided by one). Of a
    proposed official: `full_id_other_name`, `several`, `nobody`, `incomplete` (it has a number, and its name, sex or birth
    cannot be read).
    """

    cadre_no: str | None
    method: str
    candidates: tuple[str, ...] = ()


@dataclass
class _Known:
    """Everybody who is known so far."""

    everybody: list[Official]
    by_no: dict[str, Official] = field(default_factory=dict)
    by_number: dict[bytes, Official] = field(default_factory=dict)
    by_name: dict[str, list[Official]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for official in list(self.everybody):
            self._index(official)

    def add(self, official: Official) -> None:
        self.everybody.append(official)
        self._index(official)

    def _index(self, official: Official) -> None:
        self.by_no[official.cadre_no] = official
        if official.number:
            self.by_number[official.number] = official
        for name in official.names:
            self.by_name[name].append(official)

    def like(self, form: Form) -> list[Official]:
        """Those with the name, the sex and the birth of a form that says all of them."""
        if not (form.name and form.sex and form.born_on):
            return []
        among = self.everybody if UNWRITTEN in form.name else self.by_name[form.name]
        return [one for one in among if _is_named(form, one) and one.sex == form.sex and _born_alike(form.born_on, one.born_on)]


def whose(forms: Iterable[Form], roster: Iterable[Official]) -> dict[str, Whose]:
    """Whose each form is, by its key.

    Args:
        forms: in the order in which they came: by the first of its forms an official is named whom only forms know.
        roster: everybody whom others than forms know.
    """
    known, found, forms = _Known([replace(one) for one in roster]), {}, list(forms)
    for form in forms:
        if form.decided == "new":
            found[form.form_no] = _new(form, known, "person")
    for form in forms:
        if form.number and not form.decided:
            found[form.form_no] = _by_number(form, form.number, known)
    for form in forms:
        if form.decided == "same" and form.decided_as in known.by_no:
            found[form.form_no] = Whose(form.decided_as, "person")
        elif form.form_no not in found:
            found[form.form_no] = _alike(form, known)
    return found


def official_no(form_no: str) -> str:
    """The number of an official whom only forms know, out of the hash of the first of them."""
    return f"F{form_no[:12]}"


def _by_number(form: Form, number: bytes, known: _Known) -> Whose:
    if official := known.by_number.get(number):
        fits = _is_named(form, official)
        return Whose(official.cadre_no, "full_id") if fits else Whose(None, "full_id_other_name", (official.cadre_no,))
    if not form.can_be_new:
        return Whose(None, "incomplete")
    numberless = [one for one in known.like(form) if not one.number]
    if len(numberless) == 1:
        numberless[0].number = number
        known.by_number[number] = numberless[0]
        return Whose(numberless[0].cadre_no, "name_sex_birth")
    return _new(form, known, "form")


def _new(form: Form, known: _Known, method: str) -> Whose:
    official = Official(official_no(form.form_no), form.number, form.sex, form.born_on, {form.name})
    known.add(official)
    return Whose(official.cadre_no, method)


def _alike(form: Form, known: _Known) -> Whose:
    alike = [one for one in known.like(form) if not (form.number and one.number)]
    if len(alike) == 1 and not form.number:
        return Whose(alike[0].cadre_no, "name_sex_birth")
    return Whose(None, "several" if alike else "nobody", tuple(one.cadre_no for one in alike))


def _is_named(form: Form, official: Official) -> bool:
    if UNWRITTEN not in form.name:
        return form.name in official.names
    return any(
        len(name) == len(form.name) and all(ours in (UNWRITTEN, theirs) for ours, theirs in zip(form.name, name, strict=True))
        for name in official.names
    )


def _born_alike(one: str, other: str | None) -> bool:
    """Whether two dates of birth can be one: of a month whichever of its days."""
    return bool(other) and (one.startswith(other or "") or (other or "").startswith(one))
