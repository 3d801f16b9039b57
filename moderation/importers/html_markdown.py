"""Comments that are HTML, turned into our small part of Markdown.

What Markdown has no sign for here (colours, headings, images) keeps its text or its
address; scripts and styles go. Text that Markdown would read as a sign is escaped, so
that a comment shows the same words after the move.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_WITHOUT_TEXT: Final = frozenset({"script", "style", "template", "noscript", "iframe", "object"})
_BLOCKS: Final = frozenset(
    {"p", "div", "blockquote", "ul", "ol", "li", "pre", "table", "tr", "section", "article"}
    | {f"h{level}" for level in range(1, 7)}
)
_MARKS: Final = {"em": "*", "i": "*", "strong": "**", "b": "**"}
_SPACES: Final = re.compile(r"[ \t\f\r\u00a0]+")
_MANY_BREAKS: Final = re.compile(r"\n{3,}")
_ENTITY: Final = re.compile(r"&(?=#?\w+;)")
_NUMBERED: Final = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
# Most texts have none of these: one look instead of six.
_SIGNS: Final = re.compile(r"[\\`\]*_~&]")
_FENCE: Final = re.compile(r"^(\s*)~~~", re.MULTILINE)
# A star or underline that stands free, or an underline inside a word, is no sign.
_STAR: Final = re.compile(r"\*(?=\S)|(?<=\S)\*")
_UNDERLINE: Final = re.compile(r"(?<![^\W_])_(?=\S)|(?<=\S)_(?![^\W_])")
_BACKSLASH: Final = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_DEEPEST: Final = 20
# Longer HTML is left as it is: no comment that may be taken over is made of so much.
HTML_MAX: Final = 400_000


def to_markdown(html: str) -> str:
    """The Markdown of a comment's HTML.

    Line ends in the HTML stay line ends, as WordPress means them.

    Args:
        html: anything; broken HTML loses no text.
    """
    if len(html) > HTML_MAX:
        return html
    if "<" not in html and "&" not in html:
        return _escaped(html.replace("\r\n", "\n")).strip()
    reader = _Reader()
    reader.feed(html.replace("\r\n", "\n"))
    reader.close()
    return reader.result()


def _escaped(text: str) -> str:
    if not _SIGNS.search(text):
        return _NUMBERED.sub(r"\1\\\2", text)
    text = _BACKSLASH.sub(r"\\\\", text)
    text = text.replace("`", "\\`").replace("](", "\\](")
    text = _STAR.sub(r"\\*", text)
    text = _UNDERLINE.sub(r"\\_", text)
    text = _NUMBERED.sub(r"\1\\\2", text)
    text = _FENCE.sub(r"\1\\~~~", text)
    return _ENTITY.sub(r"\\&", text)


class _Reader(HTMLParser):
    """Writes Markdown as it goes through the tags.

    Each open quote, list or link is a level with its own text; a level is written into the
    one outside when it closes.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._levels: list[tuple[str, dict[str, str], list[str]]] = [("", {}, [])]
        self._silent = 0

    def result(self) -> str:
        while len(self._levels) > 1:
            self._close_level()
        return _tidy("".join(self._levels[0][2]))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _WITHOUT_TEXT:
            self._silent += 1
        elif tag == "br":
            self._write("\n")
        elif tag == "img":
            self._image({name: value or "" for name, value in attrs})
        elif tag in _BLOCKS or tag in _MARKS or tag in ("a", "code"):
            if tag in ("p", "li", "tr"):
                self._end_if_open(tag)
            if len(self._levels) < _DEEPEST:
                named = {name: value or "" for name, value in attrs}
                self._levels.append((tag, named, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in _WITHOUT_TEXT:
            self._silent = max(0, self._silent - 1)
        elif any(level[0] == tag for level in self._levels):
            while self._levels[-1][0] != tag:
                self._close_level()
            self._close_level()

    def handle_data(self, data: str) -> None:
        between_items = self._levels[-1][0] in ("ul", "ol", "table") and not data.strip()
        if not self._silent and not between_items:
            verbatim = any(level[0] in ("code", "pre") for level in self._levels)
            self._write(data if verbatim else _escaped(_SPACES.sub(" ", data)))

    def _write(self, text: str) -> None:
        self._levels[-1][2].append(text)

    def _end_if_open(self, tag: str) -> None:
        """HTML lets paragraphs and items end where the next begins."""
        for name, _, _ in reversed(self._levels):
            if name == tag:
                self.handle_endtag(tag)
                return
            if name in ("blockquote", "ul", "ol"):
                return

    def _image(self, attributes: dict[str, str]) -> None:
        address = attributes.get("src", "")
        if _is_web(address):
            self._write(_link(_escaped(attributes.get("alt", "")) or "image", address))
        else:
            self._write(_escaped(attributes.get("alt", "")))

    def _close_level(self) -> None:
        tag, attributes, parts = self._levels.pop()
        text = "".join(parts)
        if tag in _MARKS:
            self._write(_marked(text, _MARKS[tag]))
        elif tag == "a":
            address = attributes.get("href", "").strip()
            self._write(_link(text, address) if _is_web(address) else text)
        elif tag == "code":
            self._write(text if self._inside("pre") else _code(text))
        else:
            self._write(_block(tag, text, numbered=self._inside("ol", nearest=("ul", "ol"))))

    def _inside(self, tag: str, nearest: tuple[str, ...] | None = None) -> bool:
        for name, _, _ in reversed(self._levels):
            if name == tag:
                return True
            if nearest and name in nearest:
                return False
        return False


def _block(tag: str, text: str, *, numbered: bool) -> str:
    if tag == "pre":
        ticks = _fence(text, 3)
        return f"\n\n{ticks}\n{text.strip(chr(10))}\n{ticks}\n\n"
    inner = _tidy(text)
    if not inner:
        return ""
    if tag == "blockquote":
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in inner.split("\n")) + "\n\n"
    if tag == "li":
        sign = "1. " if numbered else "- "
        return "\n" + sign + inner.replace("\n", "\n" + " " * len(sign))
    return f"\n\n{inner}\n\n"


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip("\n ")


def _marked(text: str, mark: str) -> str:
    """Emphasis, its signs close to the words, as Markdown wants them."""
    bare = text.strip()
    if not bare or "\n\n" in bare:
        return text
    start = text[: len(text) - len(text.lstrip())]
    end = text[len(text.rstrip()) :]
    return f"{start}{mark}{bare}{mark}{end}"


def _link(text: str, address: str) -> str:
    shown = " ".join(text.split())
    target = address.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
    if not shown or shown.replace("\\", "") == address:
        return f"<{target}>"
    return f"[{shown}](<{target}>)"


def _code(text: str) -> str:
    flat = " ".join(text.split("\n"))
    if not flat.strip():
        return flat
    ticks = _fence(flat, 1)
    room = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{room}{flat}{room}{ticks}"


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _is_web(address: str) -> bool:
    return address.lower().startswith(("http://", "https://")) and "\n" not in address
