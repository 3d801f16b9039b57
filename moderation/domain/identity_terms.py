"""Words by which a comment names a group of people, to see whether naming one raises the alarm.

Models learn from comments in which such words often stand beside hostile ones, and then hold what
merely names a group: Dixon, L. et al. (2018), Measuring and mitigating unintended bias in text
classification, AIES, 67-73. The lists are plain names, no slurs (a comment with a slur is rightly
held), in the languages of the embed. All lists hold for every text, whatever its language. Words
that mostly mean something else ("black", "straight", "old", "polish" alone), be it in another
language ("man" is German for "one"), stand only with the word that makes them a name.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

GROUPS: Final = ("religion", "gender", "sexual_orientation", "ethnicity", "disability", "age")
"""Stored by their places, as bits: a new one comes last, and there are seven."""

READ: Final = 1 << 7
"""The bit of a text that has been looked through."""

_LISTS: Final = {
    "religion": """
        muslim muslims moslem islam islamic christian christians christianity catholic catholics
        protestant protestants jew jews jewish judaism hindu hindus hinduism sikh sikhs buddhist
        buddhists buddhism atheist atheists evangelical evangelicals mormon mormons orthodox_church
        muslime muslimin muslimisch christen christinnen katholiken katholisch protestanten juden
        jude jüdisch jüdin hindus atheisten
        musulman musulmans musulmane musulmanes chrétien chrétiens chrétienne catholique catholiques
        juif juifs juive juives athée athées bouddhiste bouddhistes
        musulmán musulmanes musulmana cristiano cristianos cristiana católico católicos judío judíos
        judía ateo ateos budista budistas
        مسلم مسلمون مسلمين المسلمين المسلمون مسيحي مسيحيون المسيحيين يهود يهودي اليهود
    """,
    "gender": """
        woman women female females girl girls a_man the_man this_man that_man
        men male males boy boys transgender trans_woman
        trans_women trans_man trans_men trans_people nonbinary non_binary feminist feminists
        frau frauen mädchen mann männer jungs transfrau transfrauen transmann feministin
        feministinnen
        femme femmes fille filles homme hommes garçon garçons transgenre féministe féministes
        mujer mujeres chica chicas hombre hombres chico chicos transgénero feminista feministas
        امرأة نساء النساء بنات رجال الرجال
    """,
    "sexual_orientation": """
        gay gays lesbian lesbians bisexual bisexuals homosexual homosexuals heterosexual
        heterosexuals lgbt lgbtq lgbtqia queer straight_people straight_men straight_women same_sex
        schwul schwule schwulen lesbisch lesbe lesben bisexuell homosexuell homosexuelle
        homosexuellen heterosexuell
        lesbienne lesbiennes homosexuel homosexuels homosexuelle bisexuel bisexuelle hétérosexuel
        lesbiana lesbianas homosexual homosexuales bisexuales heterosexual
        مثلي مثليين المثليين مثلية
    """,
    "ethnicity": """
        black_people black_person black_man black_men black_woman black_women white_people
        white_person white_man white_men white_woman white_women african africans african_american
        african_americans asian asians arab arabs latino latinos latina latinas hispanic hispanics
        mexican mexicans chinese japanese indian indians pakistani pakistanis turkish turks
        polish_people polish_man polish_men polish_woman polish_women polish_immigrants polish_workers
        romani roma_people gypsies immigrant immigrants migrant migrants refugee refugees
        foreigner foreigners people_of_color people_of_colour indigenous aboriginal
        schwarze_menschen weiße_menschen afrikaner asiaten araber türken türke chinesen
        die_polen den_polen der_polen alle_polen viele_polen polinnen
        ausländer ausländerin migranten migrantin flüchtling flüchtlinge geflüchtete
        africain africains arabe arabes asiatique asiatiques chinois turc turcs immigré immigrés
        un_étranger étrangers réfugié réfugiés
        africano africanos árabe árabes asiático asiáticos chino chinos gitano gitanos inmigrante
        inmigrantes un_extranjero extranjeros refugiado refugiados
        عرب العرب أفارقة مهاجرين المهاجرين لاجئين اللاجئين
    """,
    "disability": """
        disabled disability disabilities deaf blind_people blind_person wheelchair wheelchairs
        autistic autism down_syndrome epilepsy dyslexic dyslexia bipolar_disorder
        bipolar_people bipolar_person schizophrenia
        schizophrenic mental_illness mentally_ill handicapped
        behinderte behinderten behinderung gehörlos gehörlose blinde_menschen rollstuhl
        autist autisten autismus
        handicapé handicapés handicapée handicap sourd sourds aveugle aveugles autiste autistes
        discapacitado discapacitados discapacidad sordo sordos ciego ciegos autista autistas
        معاق معاقين المعاقين إعاقة
    """,
    "age": """
        elderly senior_citizen senior_citizens pensioner pensioners old_people old_person old_man
        old_men old_woman old_women older_people teenager teenagers teen teens millennial
        millennials boomer boomers young_people young_person
        rentner rentnerin senioren alte_menschen alte_leute jugendliche jugendlichen junge_leute
        retraité retraités personnes_âgées vieilles_personnes vieilles_gens vieilles_dames adolescent
        adolescents les_jeunes jeunes_gens jeunes_filles jeunes_hommes jeunes_femmes
        jubilado jubilados ancianos anciano adolescente adolescentes jóvenes
        مسنين المسنين شباب الشباب
    """,
}

_WORD: Final = re.compile(r"\w+")
_BITS: Final[dict[str, int]] = {}
for _place, _group in enumerate(GROUPS):
    for _term in _LISTS[_group].split():
        _key = _term.casefold().replace("_", " ")
        _BITS[_key] = _BITS.get(_key, 0) | 1 << _place
_LONGEST: Final = max(term.count(" ") for term in _BITS) + 1


def terms_in(text: str) -> int:
    """The groups that a text names, as bits, with :data:`READ`."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    found = READ
    for place, word in enumerate(words):
        found |= _BITS.get(word, 0)
        phrase = word
        for other in words[place + 1 : place + _LONGEST]:
            phrase = f"{phrase} {other}"
            found |= _BITS.get(phrase, 0)
    return found
