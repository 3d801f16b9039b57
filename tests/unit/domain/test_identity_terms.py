"""Which groups of people a text names."""

from __future__ import annotations

import pytest

from moderation.domain.identity_terms import GROUPS, READ, terms_in


def _named(text: str) -> list[str]:
    found = terms_in(text)
    assert found & READ
    return [group for place, group in enumerate(GROUPS) if found & 1 << place]


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", []),
        ("The bridge is black and the road is straight and old.", []),
        ("MUSLIMS, and their neighbours", ["religion"]),
        ("a ｇａｙ couple", ["sexual_orientation"]),
        ("black women", ["gender", "ethnicity"]),
        ("People of colour and old people", ["ethnicity", "age"]),
        ("Die Ausländer und die Rentner", ["ethnicity", "age"]),
        ("Les juifs, les sourds", ["religion", "disability"]),
        ("los jóvenes homosexuales", ["sexual_orientation", "age"]),
        ("اللاجئين", ["ethnicity"]),
        ("manage, woodmen, begirl", []),
        ("Polish the shoes, Christin said; a bipolar junction transistor.", []),
        ("Polish workers with bipolar disorder", ["ethnicity", "disability"]),
        ("Un vieux pont et de jeunes arbres", []),
        ("Les jeunes et les vieilles dames", ["age"]),
        ("In Polen pflanzt man jungen Wald.", []),
        ("Der Umbau behindert den Verkehr.", []),
        ("Die Polen und die Jungs", ["gender", "ethnicity"]),
        ("Polinnen und behinderte Kinder", ["ethnicity", "disability"]),
        ("The man at the bridge", ["gender"]),
        ("Il vit à l’étranger, como ella en el extranjero.", []),
        ("Un étranger y un extranjero", ["ethnicity"]),
    ],
)
def test_plain_names_are_found_as_whole_words(text: str, groups: list[str]) -> None:
    assert _named(text) == groups


def test_the_groups_fit_beside_the_mark_of_a_read_text() -> None:
    assert 1 << len(GROUPS) <= READ
