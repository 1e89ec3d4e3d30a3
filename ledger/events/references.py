"""Whether a reference to a child says who the child is: shapes of personal data (0017).

A reference is a code that means nothing outside this ledger and its source system. Only a shape can
be checked here; nothing in this file keeps, quotes or logs what it looks at.
"""

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ledger.events.catalogue import FACTS, FactData

PERSONAL_REFERENCE: Final = "personal_reference"
REMEMBERED: Final = 32_768
YEARS: Final = range(1990, 2036)
MONTHS: Final = range(1, 13)
DAYS: Final = range(1, 32)
UNDATED_FIRST_DIGIT: Final = "3"
CHECK_MODULUS: Final = 11
WORD_MIN: Final = 2

Kind = Literal["a unique pupil number", "an NHS number", "a postcode", "a date", "a name"]

# Postcode areas, and those whose districts may end in a letter (0017 names the source).
_AREAS: Final = (
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT"
    " DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD"
    " LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK"
    " SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
AREAS: Final = frozenset(_AREAS.split())
LETTERED_AREAS: Final = frozenset({"E", "EC", "N", "NW", "SE", "SW", "W", "WC"})

_BEGIN: Final = r"(?<![A-Za-z0-9])"
_END: Final = r"(?![A-Za-z0-9])"
_GAP: Final = r"[._:-]?"
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_TEN_DIGITS: Final = re.compile(rf"(?:[0-9]{_GAP}){{10}}")
_PUPIL: Final = re.compile(
    rf"{_BEGIN}(?:upn)?[a-z]{_GAP}\d{{3}}{_GAP}\d{{4}}{_GAP}\d\d{_GAP}\d\d[a-z\d]{_END}",
    re.ASCII | re.IGNORECASE,
)
_PATIENT: Final = re.compile(
    rf"{_BEGIN}(?=(?:nhs|chi)?(\d{{3}}){_GAP}(\d{{3}}){_GAP}(\d{{4}}){_END})",
    re.ASCII | re.IGNORECASE,
)
_POSTCODE: Final = re.compile(
    rf"{_BEGIN}(?=([a-z]{{1,2}})(\d[a-z\d]?){_GAP}\d[abd-hjlnp-uw-z]{{2}}{_END})",
    re.ASCII | re.IGNORECASE,
)
_DATE: Final = re.compile(
    rf"{_BEGIN}(?=(?:dob)?(\d{{4}}[._-]\d\d[._-]\d\d|\d\d[._-]\d\d[._-]\d{{4}}|\d{{8}}){_END})",
    re.ASCII | re.IGNORECASE,
)
# Letters alone, in parts; and one part: lower case, capitals, or words that begin with a capital.
_PARTS: Final = re.compile(r"[A-Za-z]+(?:[._-]+[A-Za-z]+)*")
_PART: Final = re.compile(r"[a-z]+|[A-Z]+|[A-Za-z]?[a-z]*(?:[A-Z][a-z]+)+")
_WORD: Final = re.compile(r"[A-Z][a-z]+|[A-Z]+(?![a-z])|[a-z]+")
_NUMBERED: Final = re.compile(r"[._-]?[0-9]{1,4}$")


class Personal(NamedTuple):
    """Where a fact carries personal data, as a JSON pointer, and what it looks like."""

    pointer: str
    kind: Kind

    @property
    def detail(self) -> str:
        """What the sender is told: never what was sent."""
        return f"this looks like {self.kind}; a reference says nothing about a person"


def _fields_of(shape: type[FactData]) -> tuple[str, ...]:
    """The fields of a fact that name children or a link worker."""
    names = ("child", "link_worker", "expected", "attended", "engaged")
    return tuple(name for name in names if name in shape.__struct_fields__)


_FIELDS: Final[Mapping[type[FactData], tuple[str, ...]]] = {
    shape: _fields_of(shape) for shape in FACTS.values()
}


def personal_in(fact_id: str | None, content: FactData) -> Personal | None:
    """The first place of a fact that looks like personal data where a reference is expected.

    The fact's own id may hold dates and words, but no number that is given to one person.
    """
    for field in _FIELDS[type(content)]:
        named = getattr(content, field)
        if isinstance(named, str):
            kind = looks_personal(named)
            if kind is not None:
                return Personal(f"/data/{field}", kind)
        elif named and any(map(looks_personal, named)):
            found = ((place, looks_personal(one)) for place, one in enumerate(named))
            return next(Personal(f"/data/{field}/{place}", kind) for place, kind in found if kind)
    number = None if fact_id is None else _personal_number(fact_id)
    return None if number is None else Personal("/id", number)


@lru_cache(maxsize=REMEMBERED)
def looks_personal(reference: str) -> Kind | None:
    """Which kind of personal data a reference looks like; None when it looks opaque.

    A child is named in hundreds of facts, so answers are remembered, in memory alone.
    """
    if _UUID.fullmatch(reference):
        return None  # eight digits that begin one may be a day by chance
    number = _personal_number(reference)
    if number is not None:
        return number
    if any(_is_postcode(*found.groups()) for found in _POSTCODE.finditer(reference)):
        return "a postcode"
    if any(_is_date(found[1]) for found in _DATE.finditer(reference)):
        return "a date"
    return "a name" if _is_name(reference) else None


def _personal_number(text: str) -> Kind | None:
    """A number that is given to one person for life; it has ten digits or more."""
    if not _TEN_DIGITS.search(text):
        return None
    if _PUPIL.search(text):
        return "a unique pupil number"
    if any(_is_patient("".join(found.groups())) for found in _PATIENT.finditer(text)):
        return "an NHS number"
    return None


def _is_patient(number: str) -> bool:
    """Whether ten digits are an NHS or CHI number: by their check digit, and by their beginning.

    What begins with 0, 1 or 2 is a Scottish number, which begins with a date of birth (DDMMYY).
    """
    weighted = sum(place * int(digit) for place, digit in enumerate(reversed(number), start=1))
    if weighted % CHECK_MODULUS:
        return False
    dated = int(number[:2]) in DAYS and int(number[2:4]) in MONTHS
    return dated or number >= UNDATED_FIRST_DIGIT


def _is_postcode(area: str, district: str) -> bool:
    """Whether an outward code exists, as far as its area and its last letter tell."""
    return area.upper() in (AREAS if district.isdigit() else LETTERED_AREAS)


def _is_date(written: str) -> bool:
    """Whether eight digits are a day, the year first or last."""
    digits = "".join(filter(str.isdigit, written))
    return _is_day(digits[:4], digits[4:6], digits[6:]) or _is_day(
        digits[4:], digits[2:4], digits[:2]
    )


def _is_day(year: str, month: str, day: str) -> bool:
    if int(year) not in YEARS:
        return False
    try:
        datetime.date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_name(reference: str) -> bool:
    """Whether a reference reads as a person's name: letters alone, as words.

    With up to four digits behind it only what is written as a name is one: with a dot, or with two
    capitalised words. Without digits two words will do, or one that begins with a capital.
    """
    letters = _NUMBERED.sub("", reference.strip("._-"))
    if not _PARTS.fullmatch(letters):
        return False
    parts = re.split(r"[._-]+", letters)
    if not all(map(_PART.fullmatch, parts)):
        return False
    words = [word for part in parts for word in _WORD.findall(part) if len(word) >= WORD_MIN]
    capitalised = sum(word[1:].islower() and word[0].isupper() for word in words)
    if capitalised > 1 or (words and "." in letters):
        return True
    return letters == reference.strip("._-") and (capitalised > 0 or len(words) > 1)
