"""Ed25519 signatures (RFC 8032, section 5.1), verified in whole numbers.

Points are in extended coordinates: x = X/Z, y = Y/Z, x*y = T/Z (section 5.1.4). Nothing here is
secret, so nothing needs to take the same time for every input.
"""

import hashlib
from typing import Final

FIELD: Final = 2**255 - 19
GROUP_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
CURVE_D: Final = -121665 * pow(121666, -1, FIELD) % FIELD
ROOT_OF_MINUS_ONE: Final = pow(2, (FIELD - 1) // 4, FIELD)
POINT_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

Point = tuple[int, int, int, int]
NEUTRAL: Final[Point] = (0, 1, 1, 0)


def recovered_x(y: int, *, odd: bool) -> int | None:
    """The x that belongs to a y, by its lowest bit; nothing where there is no such point."""
    if y >= FIELD:
        return None
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, FIELD) % FIELD
    if square == 0:
        return None if odd else 0
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if (x * x - square) % FIELD:
        x = x * ROOT_OF_MINUS_ONE % FIELD
    if (x * x - square) % FIELD:
        return None
    return x if bool(x & 1) is odd else FIELD - x


def point_of(encoded: bytes) -> Point | None:
    """A point from its 32 bytes (section 5.1.3)."""
    number = int.from_bytes(encoded, "little")
    y = number & ((1 << 255) - 1)
    x = recovered_x(y, odd=bool(number >> 255))
    return None if x is None else (x, y, 1, x * y % FIELD)


def points_added(one: Point, other: Point) -> Point:
    """The sum of two points."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % FIELD
    b = (one[1] + one[0]) * (other[1] + other[0]) % FIELD
    c = 2 * one[3] * other[3] * CURVE_D % FIELD
    d = 2 * one[2] * other[2] % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD)


def point_times(number: int, point: Point) -> Point:
    """A point added to itself so many times."""
    total = NEUTRAL
    while number:
        if number & 1:
            total = points_added(total, point)
        point = points_added(point, point)
        number >>= 1
    return total


def same_point(one: Point, other: Point) -> bool:
    """Whether two points are one, whatever their Z."""
    return (one[0] * other[2] - other[0] * one[2]) % FIELD == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % FIELD == 0


def the_base_point() -> Point:
    """B of RFC 8032: y is 4/5, x is even."""
    y = 4 * pow(5, -1, FIELD) % FIELD
    x = recovered_x(y, odd=False) or 0
    return (x, y, 1, x * y % FIELD)


BASE_POINT: Final = the_base_point()


def ed25519_verified(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature of a message is by the holder of a public key (section 5.1.7)."""
    if len(public) != POINT_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key, nonce = point_of(public), point_of(signature[:POINT_BYTES])
    scalar = int.from_bytes(signature[POINT_BYTES:], "little")
    if key is None or nonce is None or scalar >= GROUP_ORDER:
        return False
    digest = hashlib.sha512(signature[:POINT_BYTES] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % GROUP_ORDER
    left = point_times(scalar, BASE_POINT)
    return same_point(left, points_added(nonce, point_times(challenge, key)))
