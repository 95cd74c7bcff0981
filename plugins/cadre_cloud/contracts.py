"""The contracts of this deployment: `dags/feeds/*.yaml`, each with its legal basis filled in where a setting has it."""

import json
import os
from contextlib import suppress
from pathlib import Path

import yaml
from pydantic import ValidationError

from cadre_cloud import settings
from cadre_cloud.readable import Readable
from transforms.contract import Contract

# Every task reads all contracts; libyaml's own loader takes an eighth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

ROSTER = ("unit", "personnel")  # the department's own feeds, after which every other one loads


class ContractError(Readable, ValueError):
    """A contract that cannot be read; the message names the file and what is wrong in it."""


def paths() -> list[Path]:
    """The contracts' files, sorted by name."""
    return sorted((settings.home() / "dags" / "feeds").glob("*.yaml"))


def read(path: Path) -> Contract:
    """Read one contract.

    `CADRE_LEGAL_BASIS`, a JSON object of resource and text, fills in legal bases that the file leaves empty.

    Raises:
        ContractError: it is no YAML, or says a word that the contract language does not have.
    """
    try:
        words = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - it is a safe one
        contract = Contract.model_validate(words)
    except (yaml.YAMLError, ValidationError) as error:
        raise ContractError(f"{path.name}: {error}") from error
    if contract.resource != path.stem:
        raise ContractError(f"{path.name}: the file of resource {contract.resource} must be {contract.resource}.yaml")
    if contract.is_on:
        return contract
    basis = json.loads(os.environ.get("CADRE_LEGAL_BASIS", "{}")).get(contract.resource, "")
    return contract.model_copy(update={"legal_basis": basis})


def named(resource: str) -> Contract:
    """The contract of one resource; ContractError where there is none."""
    path = next((path for path in paths() if path.stem == resource), None)
    if path is None:
        raise ContractError("there is no such resource")
    return read(path)


def every() -> list[Contract]:
    """The contracts that can be read. A bad one is an import error in Airflow."""
    found = []
    for path in paths():
        with suppress(ContractError):
            found.append(read(path))
    return found


def of_forms() -> Contract:
    """The one that brings officials' approval forms."""
    return next(contract for contract in every() if contract.brings_forms)


def expected() -> list[Contract]:
    """The contracts whose feeds run: readable, and with a legal basis."""
    return [contract for contract in every() if contract.is_on]


def linked() -> list[Contract]:
    """Of these, those whose persons the linker judges."""
    return [contract for contract in expected() if contract.mentions and contract.resource not in ROSTER]
