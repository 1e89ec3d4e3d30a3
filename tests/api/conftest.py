"""One running service a session; each test opens a ledger of its own in it."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from api.service import Service
from ledger.log.embedded import EmbeddedServer
from tests.api.desk import ADMIN_SECRET, MASTER, SIGNING, Desk, House, served

DATABASE = "the_house"


@pytest.fixture(scope="session")
def house(server: EmbeddedServer, template: str) -> Iterator[House]:
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(DATABASE), sql.Identifier(template)
            )
        )
    service = Service(
        server.dsn_of(DATABASE),
        admin_key=ADMIN_SECRET,
        projecting=False,
        master=MASTER,
        signing=SIGNING,
    )
    with service, served(service) as url:
        house = House(service, url)
        yield house
        house.close()


@pytest.fixture
def desk(house: House) -> Desk:
    return house.open_ledger()
