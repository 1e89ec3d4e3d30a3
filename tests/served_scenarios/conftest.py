"""One running service a session; each page has a ledger of its own in it."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from api.service import Service
from ledger.log.embedded import EmbeddedServer
from tests.api.desk import ADMIN_SECRET, MASTER, Desk, House, served

DATABASE = "the_pages"


@pytest.fixture(scope="session")
def house(server: EmbeddedServer, template: str) -> Iterator[House]:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(DATABASE), sql.Identifier(template)
            )
        )
    service = Service(
        server.dsn_of(DATABASE), admin_key=ADMIN_SECRET, projecting=False, master=MASTER
    )
    with service, served(service) as url:
        house = House(service, url)
        yield house
        house.close()


@pytest.fixture
def desk(house: House) -> Desk:
    return house.open_ledger()
