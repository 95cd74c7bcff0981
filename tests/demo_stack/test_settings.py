"""What the stack's processes are told, and what they are not."""

import json
from pathlib import Path

import pytest
import yaml
from airflow.sdk import Connection

from cadre_cloud import contracts
from demo import credentials, settings
from demo.stack import salts
from demo.trouble import Trouble

PORTS = {name: 20_000 + number for number, name in enumerate(settings.PORTS)}


def test_airflow_reads_the_connections(var: Path) -> None:
    secrets = credentials.read(var)
    environment = settings.environment(var, secrets, PORTS, {})
    warehouse = Connection.from_uri(environment["AIRFLOW_CONN_WAREHOUSE"], conn_id="warehouse")
    assert (warehouse.login, warehouse.password) == ("cadre_loader", secrets["cadre_loader"])
    assert (warehouse.host, warehouse.port, warehouse.schema) == ("127.0.0.1", PORTS["postgres"], "warehouse")
    gateway = Connection.from_uri(environment["AIRFLOW_CONN_GATEWAY"], conn_id="gateway")
    assert (gateway.login, gateway.password) == (secrets["gateway_client"], secrets["gateway_secret"])
    assert gateway.port == PORTS["gateway"]


def test_names_with_a_unit_link_where_cities_are_made_up_unless_told_otherwise(var: Path) -> None:
    for given, automatic in (({}, "name_unit"), ({"CADRE_LINK_AUTOMATIC": ""}, "")):
        assert settings.environment(var, credentials.read(var), PORTS, given)["CADRE_LINK_AUTOMATIC"] == automatic


def test_given_connections_win(var: Path) -> None:
    given = {"AIRFLOW_CONN_SMTP_DEFAULT": "smtp://mail.example.test", "AIRFLOW__CORE__EXECUTOR": "Other"}
    environment = settings.environment(var, credentials.read(var), PORTS, given)
    assert environment["AIRFLOW_CONN_SMTP_DEFAULT"] == "smtp://mail.example.test"
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_airflow_does_not_get_the_owner(var: Path) -> None:
    secrets = credentials.read(var)
    given = {settings.OWNER: "postgres://owner@db.example.test/warehouse"}
    environment = settings.environment(var, secrets, PORTS, given)
    assert settings.OWNER not in environment
    assert not any(secrets["postgres"] in value for value in environment.values())
    assert settings.owner_address(secrets, PORTS, given) == "postgresql://owner@db.example.test/warehouse"
    assert secrets["postgres"] in settings.owner_address(secrets, PORTS, {})


def test_a_gateway_that_runs_already(var: Path) -> None:
    given = {"GATEWAY": "https://gateway.example.test:8443/", "GATEWAY_CLIENT": "city:s/ecret"}
    environment = settings.environment(var, credentials.read(var), PORTS, given)
    connection = Connection.from_uri(environment["AIRFLOW_CONN_GATEWAY"], conn_id="gateway")
    assert (connection.host, connection.port, connection.schema) == ("gateway.example.test", 8443, "https")
    assert (connection.login, connection.password) == ("city", "s/ecret")


def test_the_citys_salt_reaches_the_platform(var: Path) -> None:
    (var / "city.yaml").write_text("finance_salt: 0123\ndays: [2026-06-01]\n")
    secrets, given = credentials.read(var), {"CADRE_SALTS": '{"finance": "other"}'}
    environment = settings.environment(var, secrets, PORTS, {}, salts(var))
    assert json.loads(environment["CADRE_SALTS"]) == {"finance": "0123"}
    assert settings.environment(var, secrets, PORTS, given, salts(var))["CADRE_SALTS"] == given["CADRE_SALTS"]


def test_a_city_without_a_salt(var: Path) -> None:
    (var / "city.yaml").write_text("days: [2026-06-01]\n")
    assert salts(var) == salts(var / "elsewhere") == salts(None) == {}
    assert settings.environment(var, credentials.read(var), PORTS, {})["CADRE_SALTS"] == "{}"


def test_every_contract_has_a_legal_basis_in_a_rehearsal() -> None:
    empty = [path.stem for path in contracts.paths() if not yaml.safe_load(path.read_text("utf-8"))["legal_basis"]]
    assert empty == [contract.resource for contract in contracts.every() if contract.record]
    bases = json.loads(settings.legal_bases())
    assert all(bases[resource] for resource in empty)


@pytest.mark.parametrize("given", [{"GATEWAY": "http://127.0.0.1:1"}, {"GATEWAY": "127.0.0.1", "GATEWAY_CLIENT": "a:b"}])
def test_half_a_gateway_is_told(var: Path, given: dict[str, str]) -> None:
    with pytest.raises(Trouble, match="GATEWAY"):
        settings.environment(var, credentials.read(var), PORTS, given)


def test_a_proxy_stays_out(var: Path) -> None:
    environment = settings.environment(var, credentials.read(var), PORTS, {"NO_PROXY": "example.test"})
    assert environment["no_proxy"] == environment["NO_PROXY"] == "example.test,127.0.0.1,localhost"
