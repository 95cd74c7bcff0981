"""What our pages and mails say, in Chinese, with other languages beside it by a setting (Babel catalogues in `locale/`)."""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from cadre_cloud import settings

_LOCALE = Path(__file__).parent / "locale"


def say(message: str, **values: object) -> str:
    """A message of the code, in English there or a code with its kind, in each language of `CADRE_LANGUAGES`, side by side.

    A value that is a list is of messages, too, and said as an enumeration.
    """
    said = [_said(_translations(language), message, values) for language in settings.languages()]
    return " / ".join(dict.fromkeys(said))


def _said(language: NullTranslations, message: str, values: dict[str, object]) -> str:
    between = language.gettext(", ")
    lists = {name: between.join(map(language.gettext, value)) for name, value in values.items() if isinstance(value, list)}
    return language.gettext(message).format(**values | lists)


def beside(chinese: str, english: str) -> str:
    """A text that exists in both languages, such as a rule's title, in those that are set."""
    texts = {"zh": chinese, "en": english}
    return " / ".join(texts[language] for language in settings.languages())


@cache
def _translations(language: str) -> NullTranslations:
    catalogue = _LOCALE / f"{language}.po"
    if not catalogue.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with catalogue.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
