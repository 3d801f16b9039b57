"""HTML of other systems becomes Markdown that shows the same, and never a script."""

from __future__ import annotations

import pytest

from moderation.importers.html_markdown import to_markdown
from moderation.web.markup import render_body


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("plain text\r\nsecond line", "plain text\nsecond line"),
        ("<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"),
        ("<b>bold</b>, <em>soft </em>and <code>x*y</code>", "**bold**, *soft* and `x*y`"),
        (
            '<a href="https://a.example/?x=1&amp;y=2">here</a>',
            "[here](<https://a.example/?x=1&y=2>)",
        ),
        ('<a href="https://a.example/">https://a.example/</a>', "<https://a.example/>"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ("<script>alert(1)</script>ok<style>p{}</style>", "ok"),
        ("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n>\n> b\n\nc"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n1. b"),
        ("<pre><code>if x:\n    y</code></pre>", "```\nif x:\n    y\n```"),
        (
            '<img src="https://a.example/cat.png" alt="a cat">',
            "[a cat](<https://a.example/cat.png>)",
        ),
        ("AT&amp;T &lt;b&gt; &amp;lt;", "AT&T <b> \\&lt;"),
        (
            "2 * 3 and *stars* and snake_case and _x_",
            "2 * 3 and \\*stars\\* and snake_case and \\_x\\_",
        ),
        ("1986. A year", "1986\\. A year"),
        ("<h2>Title</h2>text<unknown>more</unknown>", "Title\n\ntextmore"),
        ("<b>open <i>and never closed", "**open *and never closed***"),
        ("a < b && c", "a < b && c"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    "words",
    [
        "*not soft* **not bold** _x_ `code` [a](https://b.example) \\ \\* &amp; &lt;b&gt;",
        "1. first\n2) second\n~~~\nfence",
        "mail@x_y_z.example __init__ 5*4*3 **",
    ],
)
def test_words_that_look_like_markdown_stay_words(words: str) -> None:
    shown = render_body(to_markdown(words.replace("&", "&amp;").replace("<", "&lt;")))
    text = shown.replace("<p>", "").replace("</p>", "").replace("<br>", "")
    assert text == words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote>" * 5_000 + "x",
        "<b><i>" * 3_000 + "x" + "</i>" * 9_000,
        "<a href='https://a.example'>" * 2_000,
        "<p>" * 20_000 + "*_`" * 5_000,
        "&" * 50_000 + "<" * 50_000,
        "<ul><li>" * 3_000 + "x",
    ],
)
def test_hostile_html_is_turned_without_getting_large(html: str) -> None:
    assert len(to_markdown(html)) < 3 * len(html) + 1_000
