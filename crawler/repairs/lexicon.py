"""The words newspapers put around a story, apart from "read also". Words only, no rule about where.

Each pattern is matched against one whole line of plain text, without regard to case. A new language
is a new alternative; no site is known by its name.
"""

from __future__ import annotations

import re
from typing import Final


def _lines(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_NETWORKS = (
    r"(?:facebook|twitter|x|whatsapp|wa|telegram|line|linkedin|email|e-mail|pinterest|instagram"
    r"|tiktok|youtube|threads|google news|вконтакте|дзен\w*)"
)
_COUNT = r"[\d.,]+\s*(?:k|m|rb|ribu|jt|juta|тыс\.?)?"

# Players and galleries that stand in the text only as a title.
MEDIA: Final = _lines(
    r"\W*(?:simak|saksikan|tonton|lihat)(?: juga)? (?:video|foto|infografis|vidio)\b.{0,160}[^.]",
    r"\[(?:gambas|video|foto|image|embed|gallery)\b[^\]]{0,80}\]",
    r"(?:simak|baca|lihat)\b.{0,60}\b(?:lainnya|selengkapnya)(?: di ?sini)?\W*",
    r"(?:loading|load more|memuat|muat lainnya)\W*",
    r"(?:play|tap|click) (?:video|to (?:play|watch|view|enlarge).{0,20})|view gallery.{0,20}",
)

SHARE: Final = _lines(
    r"(?:bagikan|sebarkan|share)"
    r"(?: (?:artikel|berita|this|story|article|ini|on|ke|via|to|di|it|with|and|dan|copy link"
    rf"|media sosial|{_NETWORKS}))*\W*",
    rf"(?:follow|ikuti|like|tambahkan)\b.{{0,120}}\b{_NETWORKS}\b.{{0,80}}",
    r"(?:dapatkan|ikuti|gabung|bergabung|mari|yuk|ayo|simak|cek|update|follow|get|join|download)\b"
    r".{0,220}(?:google news|whatsapp channel|telegram channel|aplikasi \w+|play store|app store"
    r"|(?:saluran|channel|grup|group|kanal|akun) (?:wa|whatsapp|telegram|line)).{0,200}",
    r"(?:подписывайтесь|подпишитесь|присоединяйтесь)\b.{0,160}",
    rf"(?:(?:{_NETWORKS}|tweet|copy link|salin link|salin tautan|print|cetak|komentar|comments?)"
    r"[/|,·•\s]*){2,}",
)

COUNTER: Final = _lines(
    r"(?:sudah |telah )?(?:dibaca|dilihat|dibagikan|views?|viewed|hits?|reads?|pembaca|shares?"
    rf"|просмотр\w*|прочитали|조회수?|阅读[量数]?|浏览[量次]?)\s*[:：]?\s*{_COUNT}\s*"
    r"(?:kali|x|times?|views?|раз|orang|次|회)?\W*",
    rf"{_COUNT}\s*(?:x|kali)?\s*(?:dibaca|dilihat|views?|pembaca|reads?|hits|shares?|comments?"
    r"|komentar|likes?|просмотр\w*|комментари\w*|次阅读|阅读)\W*",
)

ADVERTISEMENT: Final = _lines(
    r"\W*(?:advertise?ments?|advertising|iklan|advertorial|sponsored(?: content)?|реклама|광고"
    r"|promoted content|广告|廣告|publicidad|publicité|anzeige|werbung|pubblicità|publicidade"
    r"|advertentie|reklama?)\W*",
    r"(?:advertisement\s*)?scroll (?:to|untuk) .{3,60}|continue reading below",
    r"(?:article|story|content|artikel) (?:continues?|berlanjut) (?:after|below|setelah).{0,50}",
    r"lanjut(?:kan)? (?:baca|membaca).{0,50}",
)

COPYRIGHT: Final = _lines(
    r"\W*(?:copyright|hak cipta)\W+(?:©|\(c\)|\d{4}).{0,150}",
    r"\W*(?:©|\(c\)\s*(?=\d{4}))\W.{0,100}[^.!?…\"”]",
    r".{0,80}\ball rights reserved\b.{0,60}|.{0,80}все права защищены.{0,60}",
    r".{0,80}무단.{0,6}전재.{0,60}",
    r"dilarang (?:keras )?(?:mengambil|mengutip|menyalin|memperbanyak|menyebarluaskan)\b.{0,300}",
    r"(?:artikel|berita|tulisan) ini (?:telah|sudah|pernah|sebelumnya|juga) (?:telah )?"
    r"(?:tayang|terbit|dimuat|diterbitkan|dipublikasikan)\b.{0,300}",
    r"(?:перепечатка|копирование|использование) материалов.{0,200}",
)

COMMENTS: Final = _lines(
    r"(?:tulis|beri|berikan|kirim|tinggalkan|lihat|buka)(?:kan)? (?:semua )?"
    r"(?:komentar|tanggapan)\b.{0,80}",
    r"komentari .{0,40}|(?:leave|post|write|add) (?:a )?(?:reply|comment)\b.{0,60}",
    r"join the (?:conversation|discussion)\W*|оставить комментарий\W*",
    r"disclaimer\s*[:：].{0,300}\bkomentar\b.{0,300}",
    r"komentar (?:adalah|merupakan) tanggapan.{0,300}",
    r"(?:silakan|silahkan|anda harus) (?:login|masuk|log in).{0,80}",
    r"rate artikel ini\W*|(?:like|dislike|suka) \(\d+\)|credits? \(\d+\)",
)

CREDIT: Final = re.compile(
    r"[|\s]*(?P<label>editor|penyunting|redaktur|penulis|pewarta|reporter|wartawan|jurnalis"
    r"|kontributor|laporan|uploader|fotografer|sumber|source|writer|author|by|oleh|редактор|автор"
    r"|источник|기자|记者|編輯|编辑|来源)(?: berita)?\s*(?:\|\s*)?[:：|]+\s*(?P<name>\S.{0,80})",
    re.IGNORECASE,
)
EDITOR_LABELS: Final = frozenset(("editor", "penyunting", "redaktur", "редактор", "编辑", "編輯"))
AGENCY_LABELS: Final = frozenset(("sumber", "source", "источник", "来源"))
AGENCY: Final = re.compile(
    r"[(\[]\s*(antara|ant|reuters|afp|ap|associated press|xinhua|dpa|tass|тасс|интерфакс"
    r"|риа новости|yonhap|연합뉴스|bernama|kyodo|efe|ansa|新华社)\s*[)\]]",
    re.IGNORECASE,
)

# "(kpl/pur/tch)", "[ded]", "(***)": who wrote, for the newsroom only.
INITIALS: Final = re.compile(
    r"[(\[](?:[^\W\d_]{2,5}(?:\s*[/\-–]\s*\w{1,6}){0,4}|\*{1,3}|[a-z]{1,4}\d{1,3})[)\]]\W*",
    re.IGNORECASE,
)
INITIALS_AT_END: Final = re.compile(
    r"(?<=[.!?\"”'’])\s*[(\[](?:[^\W\d_]{2,4}(?:\s*/\s*\w{1,6}){1,4}|\*{1,3})[)\]]\W*$"
)

TAGS: Final = _lines(
    r"\W*(?:tags?|topik|topics?|label|kata kunci|keywords?|теги|태그|标签|標籤)\s*[:：].{0,200}",
    r"(?:\s*#\w+[\s,]*){2,}",
)

# A line that ends in a photographer's credit is a caption.
PHOTO: Final = _lines(
    r".{5,220}[(\[][^()\[\]]{0,30}\b(?:foto|photo|getty images|istimewa|ist|dok)\b"
    r"[^()\[\]]{0,60}[)\]]\W*",
    r".{5,220}[.\s](?:foto|photo|photo credit|фото|사진)\s*[:：/]\s*[^.:]{2,60}\W*",
)
