"""How hard hypothesis looks here: as in `tests/properties`."""

import tests.properties.conftest  # noqa: F401 (it says how, once for everybody)
