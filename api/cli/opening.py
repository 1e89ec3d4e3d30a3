"""The service opened in this process, over a data folder or DATABASE_URL, without its doors."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog

from api.cli.saying import Trouble
from api.first_admin import admin_key_of
from api.logs import logs_as_json
from api.sealing import KEYS_DATABASE, given_master
from api.service import Service
from api.signing import SettingWrong, given_signing
from api.snapshotting import given_events_between
from ledger.log.sealing.faults import KeysRestored, MasterKeyMissing, MasterKeyUnreadable
from ledger.log.signing.faults import SigningKeyRetired, SigningKeyUnreadable

DATABASE: Final = "DATABASE_URL"
LOUD_ONLY: Final = 40
UNUSABLE: Final = (
    MasterKeyMissing,
    MasterKeyUnreadable,
    KeysRestored,
    SigningKeyRetired,
    SigningKeyUnreadable,
    SettingWrong,
)


def quiet() -> None:
    """Log failures only: the command speaks for itself."""
    logs_as_json()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(LOUD_ONLY))


def has_database(folder: Path) -> bool:
    """Whether a ledger can be there, so that asking for one makes no empty database."""
    return bool(os.environ.get(DATABASE)) or (folder / "postgres" / "PG_VERSION").is_file()


@contextmanager
def opened(folder: Path, *, projecting: bool = True) -> Iterator[Service]:
    """The service over a folder, or over the database that DATABASE_URL names."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    try:
        events_between = given_events_between(environment)
        service = Service(
            environment.get(DATABASE) or None,
            folder,
            admin_key=admin_key_of(environment),
            projecting=projecting,
            master=given_master(environment, folder),
            keys_dsn=environment.get(KEYS_DATABASE) or None,
            signing=replace(given_signing(environment, folder), rounds=projecting),
        ).open()
    except UNUSABLE as refused:
        raise Trouble(str(refused)) from None
    with closing(service):
        if projecting:
            service.take_snapshots(events_between, folder)
        yield service
