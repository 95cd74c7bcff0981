"""What operate.md explains: everything that the platform may say to those who run it."""

import ast
import re
from collections.abc import Iterator

import pytest
from documents import CHECKOUT, text

from cadre_cloud.language import say

CODE = CHECKOUT / "plugins" / "cadre_cloud"
# What is said by these reaches a log, the ledger or a mail; what a command answers to who types it is not among them.
SPEAKERS = {
    "SourceError", "Later", "Failure", "_failure", "FeedIsOff", "ContractError", "RuleError", "MailError", "Unusable",
    "MissingSetting", "Unavailable", "OtherKeys",
}  # fmt: skip
# And whatever these modules and functions hold.
ALL_SPOKEN = {"causes.py": None, "feed/sentences.py": None, "feed/settle.py": "_cause", "sources/answer.py": "_what_broke"}
ANSWERS = {"sources/sample.py"}  # to who tries a sample
GUIDE = re.sub(r"\s+", " ", text("docs/operate.md"))


def kinds() -> list[str]:
    """The kinds of notices in the engineers' mail."""
    source = (CODE / "mail" / "notices.py").read_text(encoding="utf-8")
    found = re.findall(r"'([^']+)' as kind", source) + re.findall(r'"kind": "([^"]+)"', source)
    assert len(found) + source.count("'Mail ' || m.state as kind") == len(re.findall(r'as kind|"kind":', source))
    return [*found, *(f"Mail {state}" for state in ("refused", "bounced", "uncertain"))]


def sentences() -> set[tuple[str, str]]:
    """What may be said, by the pieces of it that are always the same; and where."""
    paths = {name: path for path in CODE.rglob("*.py") if (name := str(path.relative_to(CODE))) not in ANSWERS}
    return {(name, piece) for name, path in paths.items() for node in _spoken(name, path.read_text()) for piece in _pieces(node)}


def _spoken(name: str, source: str) -> list[ast.AST]:
    tree = ast.parse(source)
    if name in ALL_SPOKEN:
        return [node for node in tree.body if ALL_SPOKEN[name] in (None, getattr(node, "name", ""))]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if getattr(call.func, "id", getattr(call.func, "attr", "")) in SPEAKERS]


def _pieces(node: ast.AST) -> Iterator[str]:
    """Words between what depends on the case; of Chinese sentences not the advice at their end, which explains itself."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.startswith("select"):
        for piece in re.split(r"\{[^}]*\}|[，；]请.*", node.value):
            words = piece.strip(" ；，。：:;“”（）()%")
            if " " in words or len(re.findall(r"[一-鿿]", words)) > 1:
                yield words
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):  # a docstring
        for child in ast.iter_child_nodes(node):
            yield from _pieces(child)


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_notice_is_explained(kind: str) -> None:
    assert f"| {say(kind)}, {kind} |" in GUIDE


@pytest.mark.parametrize(("where", "sentence"), sorted(sentences()))
def test_every_sentence_is_explained(where: str, sentence: str) -> None:
    assert sentence in GUIDE


@pytest.mark.parametrize(
    "name", [*ALL_SPOKEN, "contracts.py", "warehouse/keys.py", "alerts/rules.py", "mail/recipients.py", "sources/gateway.py"]
)
def test_these_say_something(name: str) -> None:
    assert name in {where for where, _ in sentences()}
