"""Letters that look like Latin ones.

Only shapes that people use to get a word past a filter; compatibility forms (full width,
mathematical, circled) need no entry, Unicode's NFKC folds them.
"""

from __future__ import annotations

_CYRILLIC = dict(zip("аАеЕоОрРсСуУхХіІїЇјЈѕЅԁԛԝҮүһҺтТкКмМвВнНёЁӏЬѵ",
                     "aAeEoOpPcCyYxXiIiIjJsSdqwYyhHtTkKmMbBhHeElbv", strict=True))  # fmt: skip
_GREEK = dict(zip("αΑβΒεΕζΖηΗιΙκΚμΜνΝοΟρΡτΤυΥχΧωγϲϹϳ",
                  "aAbBeEzZnHiIkKuMvNoOpPtTuYxXwycCj", strict=True))  # fmt: skip
_LATIN = dict(zip("ıłŁøØđĐɑɡɩʟᴀʙᴄᴅᴇɢʜɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢƒɛɔƏəßþÞħŧŋɐɥɯɹʇʌʎ",
                  "ilLoOdDagilabcdeghijkmnoprstuvwyzfeoEebpPhtnahmrtvy", strict=True))  # fmt: skip
_SYMBOLS = dict(zip("€£¢¥©®∂∑ⓧ₳฿₵₲₴₭₦₱₮₩", "elcycrdsxabcgskNptw", strict=True))
_ARMENIAN_CHEROKEE = dict(zip("օսոհցզԁᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏚᎢᏙᎳᏃ", "ounhgqdABCDEHJKLMPSTVWZ", strict=True))

CONFUSABLES: dict[str, str] = {**_CYRILLIC, **_GREEK, **_LATIN, **_SYMBOLS, **_ARMENIAN_CHEROKEE}
"""One character to the Latin letter that it imitates."""

for _first in (0x1F150, 0x1F170):  # letters on black discs and black squares
    CONFUSABLES.update({chr(_first + offset): chr(ord("a") + offset) for offset in range(26)})

TRANSLATION = str.maketrans(CONFUSABLES)
