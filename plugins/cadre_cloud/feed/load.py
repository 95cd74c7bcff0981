"""Step three: what changed goes into the core, and newcomers to the roster are searched for."""

from datetime import date

from cadre_cloud.feed import forms, spells
from cadre_cloud.feed.compare import forget
from cadre_cloud.feed.delivery import load_delivery
from cadre_cloud.feed.search import search
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import connect, known_at
from transforms.contract import Contract


def load(contract: Contract, day: date, roster_day: date | None = None) -> None:
    """Load a business day's checked deliveries, each in one transaction, in the order in which they apply.

    Args:
        contract: whose deliveries.
        day: the business day.
        roster_day: the day of the roster that serves, for the ledger.
    """
    with connect() as warehouse:
        ledger.take_turns(warehouse, contract.resource)
        deliveries = ledger.deliveries(warehouse, contract.resource, day)
        news = False
        for delivery in deliveries:
            news = load_delivery(warehouse, contract, delivery, day) or news
            warehouse.commit()
        news = search(warehouse, contract, day) or news
        if contract.table and contract.table.spells:
            spells.catch_up(warehouse, known_at(day))
        if contract.brings_forms:
            news = forms.settle_forms(warehouse, contract, known_at(day), day) or news
        ledger.note_loaded(warehouse, contract.resource, day, roster_day, news=news)
        warehouse.commit()
        for delivery in deliveries:
            forget(delivery["delivery_id"])
