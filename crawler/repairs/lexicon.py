"""The words newspapers put around a story, apart from "read also". Words only, no rule about where.

Each pattern is matched against one whole line of plain text, without regard to case. A new language
is a new alternative; no site is known by its name.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.blocks import words_of
from crawler.extract.byline_words import PREPOSITIONS
from crawler.extract.calendar_words import MONTHS, OFFSETS, WEEKDAYS


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
    r"(?:like\s+)?loading\W*|(?:load more|memuat|muat lainnya|like this)\W*",
    r"\W*(?:yuk,? )?simak juga video ini\W*|video (?:terpopuler|terkini|pilihan)(?: hari ini)?\W*",
    r"(?:play|tap|click) (?:video|to (?:play|watch|view|enlarge).{0,20})|view gallery.{0,20}",
)

# Where a story is said to go on: the sheets are stitched, so nothing goes on.
PAGER: Final = _lines(
    r"\W*(?:baca |klik |lanjut (?:ke )?|buka |lihat )?(?:halaman|hal\.?|page) "
    r"(?:selanjutnya|berikutnya|sebelumnya)\b.{0,80}|\W*next page\b.{0,80}",
    r"\W*(?:simak|baca|lihat|klik|lanjut|bersambung|berlanjut)\b.{0,60}"
    r"\b(?:(?:di|ke) (?:halaman|hal\.?) (?:selanjutnya|berikut(?:nya)?|\d+|dua)|ke sebelah)\W*",
    r"(?:halaman|page)\s*[:：]?\s*(?:\d+[\s,|/]+)*(?:\d+|(?:dari|of) \d+)?\W*",
    r"(?:\d+[\s|,/]+)*(?:tampilkan|lihat|baca|show|view) (?:semua|all)(?: halaman| pages)?\W*",
)

SHARE: Final = _lines(
    r"\W*(?:bagikan|sebarkan|share)"
    r"(?: (?:artikel|berita|this|story|article|ini|on|ke|via|to|di|it|with|and|dan|copy link"
    rf"|media sosial|{_NETWORKS}))*\W*",
    rf"\W*(?:follow|ikuti|like|tambahkan)\b.{{0,120}}\b{_NETWORKS}\b.{{0,80}}",
    r"\W*(?:dapatkan|ikuti|gabung|bergabung|mari|yuk|ayo|simak|cek|update|follow|get|join|download"
    r"|silak?h?kan baca|jangan lewatkan)\b"
    r".{0,220}(?:google news|whatsapp channel|telegram channel|aplikasi \w+|play store|app store"
    r"|klik (?:di ?sini|link|tautan)|daftar sekarang|notifikasi|breaking news"
    r"|(?:saluran|channel|grup|group|kanal|akun) (?:wa|whatsapp|telegram|line)).{0,200}",
    r"(?:подписывайтесь|подпишитесь|присоединяйтесь)\b.{0,160}",
    r"ikuti perkembangan berita ini\b.{0,60}",
    r"baca berita tanpa iklan\b.{0,80}|download apps?\b.{0,80}|\W*fakta atau hoa(?:ks|x)\b.{0,250}",
    r"baca artikel\b.{0,200}\bselengkapnya\b.{0,120}",
    r"(?:support (?:local|independent|our) journalism|subscribe (?:now|today|here))\b.{0,160}",
    r"(?:subscribe|sign up) (?:to|for)\b.{0,100}\b(?:newsletters?|inbox|briefing|alerts)\b.{0,100}",
    rf"(?:(?:{_NETWORKS}|tweet|copy link|salin link|salin tautan|print|cetak|komentar|comments?)"
    r"[/|,·•\s]*){2,}",
)

# Stories tell of newsletters and inboxes too, and quote. An invitation ends with the inbox, or says
# how often and how it is filled; "sign up" and "download" open a sentence.
INVITATION: Final = _lines(
    r"[^“”\"]{0,200}\b(?:sign(?:ing)? up|subscrib(?:e|ing)|delivered)\b[^“”\"]{0,120}"
    r"\b(?:(?:in|to|into) your inbox|our (?:\w+ ){0,3}newsletters?)"
    r"(?:\W*|(?:[.!?:]\s|\s(?:every|each|daily|weekly|monthly|once|twice|today|now|here|by|with|to"
    r"|for|and)\b)[^“”\"]{0,120})",
    r".{0,200}\b(?:your inbox|newsletter)\b.{0,200}[.!?:…–—]\s*sign up\b.{0,40}",
    r".{0,200}[.!?…]\s+(?:sign up|subscribe) (?:to|for) our (?:\w+ ){0,3}newsletters?\b.{0,120}",
    r"(?:.{0,200}[.!?:]\s|for (?:the latest|all|more|live|breaking)\b.{0,120}\s)?"
    r"download (?:the|our)\b.{0,60}\bapps? for (?:ios|android)\b.{0,40}",
)

COUNTER: Final = _lines(
    r"(?:(?:jumlah|total|post|page|sudah|telah) )*"
    r"(?:dibaca|dilihat|dibagikan|pengunjung|views?|viewed|hits?|reads?|pembaca|shares?"
    rf"|просмотр\w*|прочитали|조회수?|阅读[量数]?|浏览[量次]?)\s*[:：]?\s*{_COUNT}\s*"
    r"(?:kali|x|times?|views?|раз|orang|次|회)?\W*",
    rf"{_COUNT}\s*(?:x|kali)?\s*(?:dibaca|dilihat|views?|pembaca|reads?|hits|shares?|comments?"
    r"|komentar|likes?|просмотр\w*|комментари\w*|次阅读|阅读)\W*",
    r"(?:reading time|waktu baca|lama baca)\s*[:：]?\s*\d+ ?(?:menit|min(?:ute)?s?)\b.{0,10}",
    r"\d+ ?(?:menit|min(?:ute)?s?) (?:baca|membaca|read)\W*",
)

ADVERTISEMENT: Final = _lines(
    r"\W*(?:advertise?ments?|advertising|iklan|advertorial|sponsored(?: content)?|реклама|광고"
    r"|promoted content|广告|廣告|publicidad|publicité|anzeige|werbung|pubblicità|publicidade"
    r"|advertentie|reklama?)\W*",
    r"(?:advertisement\s*)?scroll (?:to|untuk) .{3,60}|continue reading below",
    r"(?:scroll|gulir|geser) (?:ke bawah|layar|untuk)\b.{0,20}\b(?:lanjut|baca|membaca)\w*.{0,30}",
    r"(?:article|story|content|artikel) (?:continues?|berlanjut) (?:after|below|setelah).{0,50}",
    r"lanjut(?:kan)? (?:baca|membaca).{0,50}|informasi pemasangan iklan\b.{0,100}",
)

COPYRIGHT: Final = _lines(
    r"\W*(?:copyright|hak cipta)\W+(?:©|\(c\)|\d{4}).{0,150}",
    r"\W*(?:©|\(c\)\s*(?=\d{4}))\W.{0,100}[^.!?…\"”]",
    r".{0,80}무단.{0,6}전재.{0,60}",
    r"dilarang (?:keras )?(?:mengambil|mengutip|menyalin|memperbanyak|menyebarluaskan)\b.{0,300}",
    r"(?:artikel|berita|tulisan) ini (?:telah|sudah|pernah|sebelumnya|juga) (?:telah )?"
    r"(?:tayang|terbit|dimuat|diterbitkan|dipublikasikan)\b.{0,300}",
    r"(?:перепечатка|копирование|использование) материалов.{0,200}",
)
RIGHTS: Final = _lines(
    r".{0,80}\ball rights reserved\b.{0,60}|.{0,80}все права защищены.{0,60}",
)

COMMENTS: Final = _lines(
    r"(?:tulis|beri|berikan|kirim|tinggalkan|lihat|buka)(?:kan)? (?:semua )?"
    r"(?:komentar|tanggapan)\b.{0,80}",
    r"komentari .{0,40}|(?:leave|post|write|add) (?:a )?(?:reply|comment)\b.{0,60}",
    r"join the (?:conversation|discussion)\W*|оставить комментарий\W*",
    r"disclaimer\s*[:：].{0,300}\bkomentar\b.{0,300}",
    r"komentar (?:adalah|merupakan) tanggapan.{0,300}|ada \d+ komentar\b.{0,60}",
    r"(?:silakan|silahkan|anda harus) (?:login|masuk|log in).{0,80}",
    r"(?:\d+\s*)?komentar(?: (?:anda|pembaca|terbaru|via \w+))?\s*(?:\(\d+\))?\s*[:：]?",
    r"(?:belum|tidak) ada (?:komentar|tanggapan)\b.{0,40}",
    r"posting komentar\W*|tinggalkan balasan.{0,60}",
    r"rate artikel ini\W*|(?:like|dislike|suka) \(\d+\)|credits? \(\d+\)",
)
LIABILITY: Final = _lines(
    r".{0,120}\bkomentar\b.{0,40}\btanggung ?jawab (?:pengirim|penggun|penulis|pembaca).{0,200}",
)

CREDIT: Final = re.compile(
    r"[|\s(（【\[]*(?P<label>editor|penyunting|redaktur|penulis|pewarta|reporter|wartawan|jurnalis"
    r"|kontributor|laporan|uploader|fotografer|peliput|penerjemah|publisher|rilis|rep|red|sumber"
    r"|source|writer|author|by|oleh|редактор|автор|источник|기자|记者|編輯|编辑|责编|责任编辑|来源)"
    r"(?: berita)?\s*(?:\|\s*)?(?:[:：|]+|\s[-–]\s)\s*(?P<name>\S.{0,80}?)[)）】\]]?",
    re.IGNORECASE,
)
EDITOR_LABELS: Final = frozenset(
    ("editor", "penyunting", "redaktur", "редактор", "编辑", "編輯", "责编", "责任编辑")
)
AGENCY_LABELS: Final = frozenset(("sumber", "source", "источник", "来源"))
# Whose work it is, where no colon says so: "Laporan Wartawan …", "(Site.com/Name)", a mail address.
SIGNATURE: Final = _lines(
    r"laporan (?:wartawan|reporter|jurnalis|kontributor)\b.{3,90}[^.!?…\"”]",
    r"laporan\s+(?-i:[A-Z][A-Z.' ]{3,40})(?:,.{2,40})?",
    r"(?:artikel|berita|tulisan) ini ditulis oleh\b.{0,80}",
    r"[(\[][^()\[\]/]{2,40}/[^()\[\]]{2,60}[)\]]\W*",
    r"(?:[^\s:：]+ ){0,4}[^\s:：]{1,40}@[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}",
    r"(?:redaksi|hubungi|e-?mail)\s*[:：].{0,40}(?:@|\[at\]).{0,60}",
    r"《[^《》]{2,20}》\s*[(（][^()（）]{5,30}版\s*[)）]",
)
# "NAME | AGENCY" below a story; in it, capitals with a bar are the head of a table.
SIGNED_IN_CAPITALS: Final = re.compile(
    r"(?=[^a-zа-я]*$)[^\W\d_][\w .,'’-]{2,40}(?:\s*\|\s*[\w .,'’()-]{2,40}){1,3}"
)
# A label whose name stands elsewhere.
LABEL: Final = _lines(
    r"\W*(?:sumber|source|editor|penulis|reporter|tim (?:editor|redaksi)|topik|tags?|kategori)"
    r"\s*[:：]?\W*"
)

_AROUND_DATES = (
    "pukul jam pada tayang terbit diterbitkan diperbarui published updated posted on at am pm"
)
_AND = ("and", "dan", "und", "et", "y", "e", "и", "og", "och", "en")
_DATE_WORDS = "|".join(map(re.escape, (*MONTHS, *WEEKDAYS, *OFFSETS, *_AROUND_DATES.split())))
# A line of nothing but a date: it has a year, and every word of it belongs to a calendar.
DATE: Final = re.compile(
    rf"(?=.{{0,60}}(?<!\d)(?:19|20)\d\d(?!\d))(?:(?<!\w)(?:{_DATE_WORDS})(?!\w)|[\W_]|\d)+",
    re.IGNORECASE,
)

# What may stand beside the names in a byline.
AROUND_NAMES: Final = frozenset(
    word
    for phrase in (*MONTHS, *WEEKDAYS, *OFFSETS, *_AROUND_DATES.split(), *PREPOSITIONS, *_AND)
    for word in words_of(phrase)
)

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
    r"\W*(?:tags?|kategori|categor(?:y|ies)|topik|topics?|label|kata kunci|keywords?"
    r"|теги|태그|标签|標籤)\s*[:：|].{0,200}",
    r"(?:\s*#\w+[\s,]*){2,}",
)

# A line that ends in a photographer's credit is a caption.
PHOTO: Final = _lines(
    r".{5,220}[(\[][^()\[\]]{0,30}\b(?:foto|photo|getty images|istimewa|ist|dok)\b"
    r"[^()\[\]]{0,60}[)\]]\W*",
    r"(?:.{5,220}[.\s])?(?:foto|photo|photo credit|фото|사진)\s*[:：/]\s*[^.:]{2,60}\W*",
    r"(?:ket(?:erangan)?\.? (?:foto|gambar)|teks foto|caption)\s*[:：].{2,250}",
    r"(?:foto )?ilustrasi\b[^.!?…\"”]{0,70}",
    r".{5,220}[(（][^()（）]{1,20}摄[^()（）]{0,10}[)）]",
)
