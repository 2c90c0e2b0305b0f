"""Tells the language of a text from its script and its commonest words. Never trusts the page.

A quarter of Indonesian pages call themselves English and a third say nothing, so what a page says
only decides between languages that the text leaves open.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

READ_CHARACTERS = 2000  # the words counted repeat long before
_LEAST_HITS = 3  # below, a text is names and numbers
_CLEAR_LEAD = 1.25  # how far the first language must be ahead of the second

_WORD: Final = re.compile(r"[^\W\d_]+")

# Common words that few other languages of the table share.
_COMMON: Final = {
    language: frozenset(words.split())
    for language, words in {
        "id": "yang dan di dengan untuk dari pada ini itu dalam tidak akan juga telah oleh ke "
        "sebagai bisa ada karena saat kepada lebih atau serta tersebut mereka kata kami "
        "sudah menjadi",
        "ms": "yang dan di dengan untuk daripada pada ini itu dalam tidak akan juga telah "
        "oleh ke sebagai boleh ada kerana kepada lebih atau serta tersebut mereka kata "
        "beliau ialah kerajaan ketika",
        "jv": "sing lan ing karo kanggo saka iki iku ora uga wis dening marang luwih utawa "
        "kang ana para",
        "en": "the of and to in that is for it with as was on be at by this are from have has "
        "not they which an or but his her their said will were been who",
        "de": "der die und das den nicht von sie ist des sich mit dem dass er es ein ich auf "
        "so eine auch als an nach wie im für man aber aus durch wenn nur",
        "fr": "le la les et des de un une du dans est que pour qui pas au sur plus par ce ne "
        "se sont avec il elle mais nous vous cette ont aux leur",
        "es": "el la los de que y en un las por con no una su para es al lo como más pero sus "
        "le ya este entre porque cuando muy sin sobre también hasta",
        "pt": "o a os de que e do da em um para com não uma as no na por mais dos como mas ao "
        "ele das seu sua ou quando muito nos já também só pelo pela são",
        "it": "il di che e la in un per è non con una del sono da dei si le della come più al "
        "gli ha anche nel alla ma lo questo delle",
        "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook als dan "
        "maar bij nog uit wordt hij door naar ze heeft",
        "sv": "och att det som en på är av för med den till inte om ett han men var jag sig "
        "från vi så kan har de hade",
        "da": "og at det som en på er af for med den til ikke om et han men var jeg sig fra "
        "vi så kan har de blev efter",
        "no": "og å det som en på er av for med den til ikke om et han men var jeg seg fra vi "
        "så kan har de ble etter",
        "fi": "ja on ei että se hän oli mutta kun niin myös ovat joka tämä sen mukaan kuin "
        "vain jos",
        "pl": "i w nie na się z do to że jest o jak za od po przez dla ale są tym czy co już "
        "jego tego które",
        "cs": "a v se na je že s z do o to i jako za po ale by pro ve jsou jeho který které "
        "byl od podle také",
        "hu": "a az és hogy nem is egy ez de meg van csak volt ha már mint még el ki azt szerint",
        "ro": "și de în a la cu pe un o că din nu este pentru care mai sau au prin fost după sunt",
        "tr": "ve bir bu da de için ile çok olarak daha gibi kadar olan sonra ne var ama en dedi",
        "vi": "và của là có không được người cho trong một đã với các những này đó khi để từ",
        "ru": "и в не на что с по как он это из за от но к у о его для бы был мы так же также",
        "uk": "і в не на що з до як він це за від але та у про його для був ми також й які щоб",
        "bg": "и в не на че с по как той това от за но се да са е към който ще при",
    }.items()
}
# The languages in which a word is common, by word.
_SPOKEN: Final = {
    word: [language for language, common in _COMMON.items() if word in common]
    for word in frozenset().union(*_COMMON.values())
}
_SCRIPTS: Final = {
    "ko": re.compile(r"[\uac00-\ud7a3]"),
    "ja": re.compile(r"[\u3041-\u30ff]"),
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "th": re.compile(r"[\u0e01-\u0e5b]"),
    "ar": re.compile(r"[\u0621-\u064a]"),
    "he": re.compile(r"[\u05d0-\u05ea]"),
    "hi": re.compile(r"[\u0904-\u0939]"),
    "el": re.compile(r"[\u03b1-\u03c9]"),
    "ka": re.compile(r"[\u10d0-\u10f0]"),
    "hy": re.compile(r"[\u0561-\u0586]"),
    "bn": re.compile(r"[\u0985-\u09b9]"),
    "ta": re.compile(r"[\u0b85-\u0bb9]"),
    "my": re.compile(r"[\u1000-\u102a]"),
    "km": re.compile(r"[\u1780-\u17b3]"),
}
_SCRIPTLESS = re.compile(r"[\u0000-\u036f\u0400-\u052f\u2000-\u206f]+")  # Latin, Cyrillic, signs
_KANA_AMONG_HAN = 0.05  # Japanese news has a third; Chinese quotes a name now and then


def language_of(text: str, *, declared: str | None = None) -> str | None:
    """Give the ISO 639-1 code of the text's language; `declared` when the text does not say."""
    read = text[:READ_CHARACTERS]
    return _by_script(read) or _by_words(read, _code(declared)) or _code(declared)


def _code(declared: str | None) -> str | None:
    match = re.match(r"[a-z]{2}(?![a-z])", (declared or "").strip().lower())
    return (
        {"in": "id", "iw": "he", "nb": "no", "nn": "no"}.get(match[0], match[0]) if match else None
    )


def _by_script(text: str) -> str | None:
    others = len(_SCRIPTLESS.sub("", text))
    if not others or 3 * others <= (letters := sum(map(str.isalpha, text))):
        return None
    counts = {lang: len(script.findall(text)) for lang, script in _SCRIPTS.items()}
    if counts["ja"] > _KANA_AMONG_HAN * (counts["ja"] + counts["zh"]):
        counts["ja"] += counts.pop("zh")
    language, count = max(counts.items(), key=lambda item: item[1])
    # Han, Hangul and Thai say much in few letters, so a third of Latin names is no other language.
    return language if count * 3 > letters and count > _LEAST_HITS else None


def _by_words(text: str, declared: str | None) -> str | None:
    words = Counter(_WORD.findall(text.lower()))
    hits = dict.fromkeys(_COMMON, 0)
    for word in words.keys() & _SPOKEN.keys():
        for language in _SPOKEN[word]:
            hits[language] += words[word]
    ranked = sorted(hits, key=lambda lang: (-hits[lang], lang != declared, lang))
    first, second = ranked[0], ranked[1]
    if hits[first] < _LEAST_HITS:
        return None
    if declared in hits and hits[declared] * _CLEAR_LEAD >= hits[first]:
        return declared  # Malay and Indonesian, Danish and Norwegian: the page may decide
    return first if hits[first] >= hits[second] else None
