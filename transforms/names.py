"""Names of persons: match keys that stand beside a name, never instead of it."""

from functools import cache

import opencc
import pyarrow as pa
import pyarrow.compute as pc

# Written between the parts of a minority name, or typed for it; spaces come from old certificates and forms.
_DROPPED = " \t\r\n\u00a0\u2002\u2003\u3000·•‧∙⋅・･˙.。-"
# Printing and regional variants that are no other name, and that OpenCC leaves alone.
_VARIANTS = {"髙": "高", "戸": "户", "呉": "吴", "涙": "泪", "黒": "黑", "倂": "并", "産": "产", "㑇": "伲", "冩": "写"}


def match_keys(names: pa.Array) -> pa.Array:
    """A key by which two writings of one name are equal: NFKC, no spaces or interpuncts, simplified, no variants.

    Null for a null, and for a name of which nothing is left.
    """
    text = pc.utf8_upper(pc.utf8_normalize(names, form="NFKC"))
    coded = pc.dictionary_encode(text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text)
    distinct = coded.dictionary.to_pylist()
    table = str.maketrans({character: _simplified(character) for character in set("".join(distinct))})
    keys = pa.array([name.translate(table) or None for name in distinct], pa.string())
    return pc.take(keys, coded.indices)


@cache
def _simplified(character: str) -> str:
    if character in _DROPPED:
        return ""
    return _VARIANTS.get(character) or _converter().convert(character)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
