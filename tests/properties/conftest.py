from hypothesis import settings

from tests.properties.looking import HOUSE

settings.register_profile("house", HOUSE)
settings.load_profile("house")
