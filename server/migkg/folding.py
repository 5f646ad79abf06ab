"""How texts are compared in the search: without case, accents, signs, alphabets or digit groups.

https://www.unicode.org/reports/tr15/ takes letters apart; what it leaves whole stands here.
"""

import re
import unicodedata

_LATIN = {
    "æ": "ae",
    "ð": "d",
    "đ": "d",
    "ħ": "h",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "œ": "oe",
    "þ": "th",
}
# Near enough for the forgiving search to find the English name; no standard of transliteration.
_CYRILLIC = dict(zip("абвгґдезиіјкқлмнопрстћуфхыэ", "abvggdeziijkklmnoprstcufhye", strict=True)) | {
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ю": "yu",
    "я": "ya",
    "є": "e",
    "ђ": "dj",
    "љ": "lj",
    "њ": "nj",
    "џ": "dz",
    "ъ": "",
    "ь": "",
}
_LETTERS = str.maketrans(_LATIN | _CYRILLIC)
SMALL = frozenset(
    "a an and are at by did do does for from how in is of on or the to was were what when where "
    "which who with".split()
)
_MARKS = {
    sign: None for sign in range(0x300, 0x3100) if unicodedata.combining(chr(sign))
} | dict.fromkeys(range(0xFE20, 0xFE30))
_SIGN = re.compile(r"[\W_]+")
_GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:[ ,']\d{3})+(?!\d)")
_NOT_DIGIT = re.compile(r"\D+")
_NUMBER = re.compile(r"\+*[\d\s()/.,-]{5,}")
_REST = re.compile(r" (?:for|of|on) ")


def fold(text: str) -> str:
    """Return a text as it is compared: small Latin letters, one space between words, whole numbers.

    `1 000 000` and `1,000,000` are one word, 1000000.
    """
    plain = text.casefold()
    if not plain.isascii():
        apart = unicodedata.normalize("NFKD", plain).translate(_MARKS).translate(_LETTERS)
        plain = apart.casefold()
    if _GROUPED.search(plain):
        plain = _GROUPED.sub(lambda found: digits(found[0]), plain)
    return _SIGN.sub(" ", plain).strip()


def key(folded: str) -> str:
    """Return what two folded names share if only order and small words tell them apart."""
    words = folded.split()
    return " ".join(sorted(word for word in words if word not in SMALL) or words)


def initials(name: str) -> str:
    """Return the capitals with which the words of a proper name begin, '' where they are too few.

    A proper name begins with one; two letters stand for too much.
    """
    found = "".join(word[0] for word in _SIGN.split(name) if word[:1].isupper())
    return found if name[:1].isupper() and len(found) > 2 else ""


def acronyms(name: str) -> list[str]:
    """Return the initials of a proper name, and those of its beginning before a preposition.

    Many bodies leave the rest out, as the FAO does with the words on the United Nations.
    """
    ends = [*(found.start() for found in _REST.finditer(name)), len(name)]
    return sorted({letters for end in ends if (letters := initials(name[:end]))})


def digits(text: str) -> str:
    """Return the digits of a text."""
    return _NOT_DIGIT.sub("", text)


def call_number(text: str) -> str:
    """Return the digits of what may be a telephone number or a part of one, else ''."""
    found = digits(text) if _NUMBER.fullmatch(text.strip()) else ""
    return found if len(found) >= 5 else ""
