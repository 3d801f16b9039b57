"""XML read piece by piece: the wanted elements whole, all others not kept.

Expat does the parsing. A document type declaration is refused where it begins, so no
entity is ever declared and none can grow; depth and size of what is kept are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO, Final, NoReturn
from xml.parsers import expat

from moderation.importers.broken_file import BrokenFile

_PIECE: Final = 1 << 16
DEPTH_MAX: Final = 100
ELEMENT_MAX: Final = 4_000_000
_NAMESPACES: Final = (
    (re.compile(r"http://wordpress\.org/export/1\.\d+/"), "wp:"),
    (re.compile(r"https?://disqus\.com/disqus-internals"), "dsq:"),
    (re.compile(r"https?://disqus\.com"), ""),
)
_TOO_SHORT: Final = ("no element found", "unclosed token", "unclosed CDATA section")


class Element:
    """An element that has been read whole.

    Attributes:
        name: local name, with ``wp:`` or ``dsq:`` before it where it belongs there.
    """

    __slots__ = ("_parts", "attributes", "children", "name")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: dict[str, Element] = {}
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Take a part of the text in."""
        self._parts.append(text)

    @property
    def text(self) -> str:
        """The text directly in it, white space at the ends trimmed."""
        return "".join(self._parts).strip()

    def of(self, *path: str) -> str:
        """The text of a descendant, empty when there is none."""
        found: Element | None = self
        for name in path:
            found = found.children.get(name) if found else None
        return found.text if found else ""

    def attribute_of(self, child: str, name: str) -> str | None:
        """An attribute of a child, None when there is no such child or attribute."""
        found = self.children.get(child)
        return found.attributes.get(name) if found else None


class XmlStream:
    """Iterates over a file's wanted elements.

    Args:
        content: the bytes, in any encoding that expat or Python knows.
        root: the name that the outermost element must have.
        starts: elements that are given as they begin, still empty, and not kept.
        wanted: elements that are given when they end, with all that is in them.

    Raises:
        BrokenFile: while iterating; says in which line.
    """

    def __init__(
        self, content: BinaryIO, root: str, starts: Collection[str], wanted: Collection[str]
    ) -> None:
        self._content = content
        self._root = root
        self._starts = frozenset(starts)
        self._wanted = frozenset(wanted)
        self._depth = 0
        self._size = 0
        self._open: list[Element] = []
        self._ready: list[Element] = []
        self._names: dict[str, str] = {}
        self._parser = self._make_parser()

    def __iter__(self) -> Iterator[Element]:
        while piece := self._content.read(_PIECE):
            self._feed(piece, final=False)
            yield from self._taken()
        self._feed(b"", final=True)
        yield from self._taken()

    def _taken(self) -> list[Element]:
        ready, self._ready = self._ready, []
        return ready

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        return parser

    def _feed(self, piece: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(piece, final)
        except expat.ExpatError as error:
            words = expat.ErrorString(error.code)
            what = "the file ends in the middle" if words in _TOO_SHORT else f"not XML, {words}"
            raise BrokenFile(what, error.lineno) from None
        except (UnicodeError, LookupError) as error:
            self._refuse(f"encoding not readable, {error}")

    def _refuse(self, what: str) -> NoReturn:
        raise BrokenFile(what, self._parser.CurrentLineNumber)

    def _doctype(self, *_: object) -> NoReturn:
        self._refuse("a document type declaration; exports have none, and it is not read")

    def _start(self, full_name: str, attributes: Mapping[str, str]) -> None:
        name = self._short(full_name)
        self._depth += 1
        if self._depth > DEPTH_MAX:
            self._refuse(f"elements nested deeper than {DEPTH_MAX}")
        if self._depth == 1 and name != self._root:
            self._refuse(f"begins with <{name}> where <{self._root}> is expected")
        if not self._open and name not in self._wanted and name not in self._starts:
            return
        named = {self._short(key): value for key, value in attributes.items()}
        element = Element(name, named)
        self._grow(len(full_name))
        if self._open:
            # The first of its name counts; of repeated ones (meta data) nothing is needed.
            self._open[-1].children.setdefault(name, element)
            self._open.append(element)
        elif name in self._wanted:
            self._size = 0
            self._open.append(element)
        else:
            self._size = 0
            self._ready.append(element)

    def _text(self, text: str) -> None:
        if self._open:
            self._grow(len(text))
            self._open[-1].add(text)

    def _grow(self, by: int) -> None:
        self._size += by
        if self._size > ELEMENT_MAX:
            self._refuse(f"one element has more than {ELEMENT_MAX:,} characters")

    def _end(self, _: str) -> None:
        self._depth -= 1
        if self._open:
            element = self._open.pop()
            if not self._open:
                self._ready.append(element)

    def _short(self, full_name: str) -> str:
        """``wp:comment`` for a name in one of WordPress's namespaces, and so on."""
        if full_name not in self._names:
            namespace, _, name = full_name.rpartition(" ")
            known = (prefix for one, prefix in _NAMESPACES if one.fullmatch(namespace))
            self._names[full_name] = next(known, f"{namespace} " if namespace else "") + name
        return self._names[full_name]
