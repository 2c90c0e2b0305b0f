"""The words around a name in a byline: labels, roles, organisations, agencies. Only tables.

Written forms, not languages. A word that is also somebody's name (Tim, April, Lang) stands in none.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What stands before a colon and the name, by the part that the named one had in the story.
LABELS: Final = {
    label: part
    for part, labels in {
        "author": "penulis/reporter/pewarta/wartawan/jurnalis/kontributor/laporan/dilaporkan oleh/"
        "ditulis oleh/oleh/written by/authored by/verfasst von/words by/story by/text by/"
        "reported by/by/author/authors/autor/autores/auteur/автор/авторы/текст/작성자/글쓴이/취재/"
        "글/기자/记者/記者/作者/著者/撰文/撰稿/文/rep",
        "editor": "editor/penyunting/redaktur/edited by/disunting oleh/red/редактор/编辑/編輯/"
        "责任编辑/責任編輯/편집",
        "agency": "sumber/source/источник/quelle/fuente/fonte/źródło/来源/來源/출처",
        "picture": "foto/fotos/photo/photos/photo by/photos by/video/фото/사진/영상/摄影/"
        "攝影/图/図",
    }.items()
    for label in labels.split("/")
}
# Short for more than one word: a label only before a colon.
ABBREVIATIONS: Final = frozenset({"rep", "red", "foto", "fotos", "photo", "photos", "video"})
# What stands before the name without a colon.
PREPOSITIONS: Final = (
    "by", "article by", "posted by", "submitted by", "written by", "oleh", "von", "por", "par",
    "af", "av", "door", "escribe", "escrito por", "publicado por", "rédigé par", "écrit par",
    "publié par", "geschrieben von", "gespeichert von", "veröffentlicht von", "scritto da",
    "a cura di",
)  # fmt: skip

# What a person is, not what a person is called.
ROLES: Final = _words(
    "reporter reporters editor editors penulis jurnalis wartawan pewarta kontributor "
    "contributor contributors contributing correspondent writer writers author authors autor "
    "auteur redactor columnist journalist staff senior special chief managing associate assistant "
    "deputy executive political politics sports "
    "science freelance guest producer photographer founder ceo director vice president head "
    "engineer analyst consultant manager coordinator professor lecturer dosen content marketing "
    "корреспондент журналист автор обозреватель"
)
# What no person's name holds, but the name of a house, a desk or an agency may.
ORGANISATIONS: Final = _words(
    "web editorial redaksi redaktur redaktion redacción redacao redação redazione rédaction "
    "redactie редакция team liputan crew desk newsroom newsdesk news berita media medien magazine "
    "press pers agency agencies agencia agence agentur kantor biro bureau foundation institute "
    "institut association organization organisation associated university universitas network "
    "online report reports the your our company group channel studio studios tv radio fm post "
    "times herald tribune gazette journal daily weekly chronicle guardian telegraph today reuters "
    "afp ap tass antara antaranews yonhap xinhua bloomberg dpa interfax efe тасс риа новости "
    "интерфакс 연합뉴스 新华社 humas blog community council department ministry kementerian "
    "project program theatre commons insider lifestyle center centre research committee "
    "commission office board academy society authority administration disclosures"
)
# What stands in no byline at all: users without a name, legal forms, makers of sites, buttons.
FURNITURE: Final = _words(
    "admin administrator administrador webmaster root user anonymous anonim undefined null "
    "corporation corp inc ltd llc gmbh pt tbk cv pc cyber siber design development developer "
    "publisher oleh posted published updated sponsored sumber source website facebook twitter "
    "instagram google youtube linkedin whatsapp telegram tiktok pinterest reddit mastodon bluesky "
    "follow share print comments comment read more view all posts minutes name email edit save no "
    "text size videos video watch foto photo фото pixabay unsplash shutterstock getty cc cc-by "
    "impressum datenschutz"
)
# What may stand in a name in lower case.
PARTICLES: Final = _words(
    "de da do dos das du del della di la le van von der den ter ten zu el al bin binti ibn e y "
    "af bint abu"
)
AGENCIES: Final = (
    "antara", "antaranews", "reuters", "afp", "agence france-presse", "associated press", "ap",
    "tass", "тасс", "риа новости", "ria novosti", "интерфакс", "interfax", "yonhap", "xinhua",
    "kyodo", "bloomberg", "dpa", "efe", "ansa", "upi", "anadolu", "kcna", "bernama", "pti", "ians",
    "연합뉴스", "新华社", "조선중앙통신",
)  # fmt: skip
