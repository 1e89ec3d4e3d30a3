import psycopg
import pytest

from tests.audit.recorded import recorded
from tests.conftest import fresh_database


@pytest.fixture(scope="module")
def original(server, template):
    """Two ledgers as a service leaves them, and a connection that no trigger guards anything on."""
    with fresh_database(server, template) as dsn:
        made = recorded(dsn)
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute("set session_replication_role = replica")
            yield made, connection
