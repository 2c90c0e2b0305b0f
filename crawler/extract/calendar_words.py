"""The words newspapers use for months, weekdays, spans, halves of the day and zones. Only tables.

Written forms, not languages: a word that means two things in two languages stands in no table.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

_MONTH_WORDS: Final = {
    1: "january jan januari januar jänner januarie янв января январь января січня січень января "
    "janvier janv enero ene gennaio gen janeiro januari styczeń stycznia sty leden ledna ocak",
    2: "february feb febr februari pebruari peb februar фев февр февраля февраль лютого лютий "
    "février fevrier févr fevr febrero febbraio febb fevereiro fev lutego luty února şubat subat",
    3: "march maret mar märz maerz maart mrt marts mars мар марта март березня marzo março marco "
    "marca marzec března mart",
    4: "april apr avril avr abril abr aprile апр апреля апрель квітня kwietnia "
    "kwiecień dubna nisan",
    5: "may mei mai maj mayo maggio mag maio май мая травня maja května mayıs mayis",
    6: "june jun juni juin junio giugno giu junho июн июня июнь червня czerwca června haziran",
    7: "july jul juli juillet juil julio luglio lug julho июл июля июль липня lipca července "
    "temmuz",
    8: "august aug agustus ags agt agu agust augustus août aout agosto ago авг августа август "
    "серпня sierpnia srpna ağustos agustos",
    9: "september sep sept septembre septiembre setiembre settembre set setembro сен сент сентября "
    "сентябрь вересня września září eylül eylul",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out окт октября октябрь "
    "жовтня października října ekim",
    11: "november nov nopember nop novembre noviembre novembro ноя нояб ноября ноябрь листопада "
    "listopada kasım kasim",
    12: "december dec desember des dezember dez décembre decembre déc diciembre dic dicembre "
    "dezembro дек декабря декабрь грудня grudnia prosince aralık aralik",
}
MONTHS: Final = {word: month for month, words in _MONTH_WORDS.items() for word in words.split()}

_WEEKDAY_WORDS: Final = (
    "monday mon senin понедельник 월요일 星期一 周一",
    "tuesday tue tues selasa вторник 화요일 星期二 周二",
    "wednesday wed rabu среда 수요일 星期三 周三",
    "thursday thu thur thurs kamis четверг 목요일 星期四 周四",
    "friday fri jumat jum'at jum’at пятница 금요일 星期五 周五",
    "saturday sat sabtu суббота 토요일 星期六 周六",
    "sunday sun minggu ahad воскресенье 일요일 星期日 星期天 周日",
)
WEEKDAYS: Final = {
    word: weekday for weekday, words in enumerate(_WEEKDAY_WORDS) for word in words.split()
}

# A span of hours or days tells the day, not the minute. Weeks and months tell not even that.
_SPAN_WORDS: Final = {
    timedelta(seconds=1): "second seconds sec secs detik секунд секунду секунды 초 秒",
    timedelta(minutes=1): "minute minutes min mins menit мин минут минуту минуты 분 分钟 分鐘 分",
    timedelta(hours=1): "hour hours hr hrs h jam час часа часов 시간 小时 小時 個小時 个小时 時間",
    timedelta(days=1): "day days hari день дня дней 일 天 日",
}
SPANS: Final = {word: span for span, words in _SPAN_WORDS.items() for word in words.split()}

TODAY_AND_YESTERDAY: Final = {
    "today": 0, "hari ini": 0, "сегодня": 0, "오늘": 0, "今天": 0, "今日": 0,
    "yesterday": 1, "kemarin": 1, "вчера": 1, "어제": 1, "昨天": 1,
}  # fmt: skip

# "am" and "pm" of the languages that write them before the hour; 中午 is about noon.
AFTERNOON: Final = frozenset({"오후", "下午", "晚上", "中午", "午後", "傍晚", "pm", "p.m", "p.m."})

# Hours east of Greenwich. CST, IST and BST are missing on purpose: each is two zones or more.
OFFSETS: Final = {
    "wib": 7, "wita": 8, "wit": 9, "gmt": 0, "utc": 0, "z": 0, "kst": 9, "jst": 9, "msk": 3,
    "мск": 3, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "aest": 10, "aedt": 11, "nzst": 12,
    "nzdt": 13, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "pkt": 5, "npt": 5.75, "sast": 2,
    "est": -5, "edt": -4, "cdt": -5, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "hst": -10,
}  # fmt: skip
# Zones whose offset changes with the season.
ZONES: Final = {"et": "America/New_York", "pt": "America/Los_Angeles"}
