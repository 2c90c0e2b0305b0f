"""Times as newspapers print them, in five languages and for programs."""

from datetime import UTC, datetime

import pytest

from crawler.extract.dates import read_moment, read_printed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
JAKARTA = "Asia/Jakarta"
MOSCOW = "Europe/Moscow"
SEOUL = "Asia/Seoul"
SHANGHAI = "Asia/Shanghai"
NEW_YORK = "America/New_York"

# What is printed, the zone of the source, the moment with its offset, the precision.
PRINTED = [
    # Indonesian
    ("Kamis, 20 Ags 2026", JAKARTA, "2026-08-20T00:00:00+07:00", "day"),
    ("Kamis, 20 Agustus 2026 20:40 WIB", None, "2026-08-20T20:40:00+07:00", "minute"),
    ("Kamis, 20 Agustus 2026 20.40 WITA", None, "2026-08-20T20:40:00+08:00", "minute"),
    ("Kamis 20/08/2026 20:40 WIT", None, "2026-08-20T20:40:00+09:00", "minute"),
    ("Jum'at, 7 Agt 2026 | 23:05", JAKARTA, "2026-08-07T23:05:00+07:00", "minute"),
    ("Jum’at, 7 Agt 2026 | 23:05 WIB", None, "2026-08-07T23:05:00+07:00", "minute"),
    ("Jumat, 7 Agu 2026 - 23.05", JAKARTA, "2026-08-07T23:05:00+07:00", "minute"),
    ("Ahad, 9 Pebruari 2025 23.05 WIB", None, "2025-02-09T23:05:00+07:00", "minute"),
    ("Minggu 9 Peb 2025", JAKARTA, "2025-02-09T00:00:00+07:00", "day"),
    ("20 Nopember 2024 / 06:07 wib", None, "2024-11-20T06:07:00+07:00", "minute"),
    ("20 Nop 2024 - 23.05 WIT", None, "2024-11-20T23:05:00+09:00", "minute"),
    ("Rabu, 1 Okt 2025, pukul 09.05 WITA", None, "2025-10-01T09:05:00+08:00", "minute"),
    ("Selasa, 31 Des 2024 jam 00:15 WIB", None, "2024-12-31T00:15:00+07:00", "minute"),
    ("Senin, 4 Mei 2026 | 13:01:59 WIB", None, "2026-05-04T13:01:59+07:00", "second"),
    ("20.40 WIB, 20 Agustus 2026", None, "2026-08-20T20:40:00+07:00", "minute"),
    ("07/08/2026 20:40", JAKARTA, "2026-08-07T20:40:00+07:00", "minute"),
    ("07-08-2026", JAKARTA, "2026-08-07T00:00:00+07:00", "day"),
    ("Diterbitkan: 20-Agu-2026 20:40", JAKARTA, "2026-08-20T20:40:00+07:00", "minute"),
    ("Sabtu, 22 Agustus 2026 | 1.093 kali dibaca", JAKARTA, "2026-08-22T00:00:00+07:00", "day"),
    ("Hari ini, 18:40 WIB", None, "2026-11-23T18:40:00+07:00", "minute"),
    ("Kemarin 20.40", JAKARTA, "2026-11-22T20:40:00+07:00", "minute"),
    ("2 jam yang lalu", JAKARTA, "2026-11-23T17:00:00+07:00", "day"),
    ("5 menit lalu", JAKARTA, "2026-11-23T18:55:00+07:00", "minute"),
    ("sejam yang lalu", JAKARTA, "2026-11-23T18:00:00+07:00", "day"),
    ("3 hari lalu", JAKARTA, "2026-11-20T19:00:00+07:00", "day"),
    # English
    ("20 August 2026, 20:40 GMT", None, "2026-08-20T20:40:00+00:00", "minute"),
    ("August 20, 2026 at 8:40 p.m. EDT", None, "2026-08-20T20:40:00-04:00", "minute"),
    ("Aug. 20, 2026 8:40 PM ET", None, "2026-08-20T20:40:00-04:00", "minute"),
    ("Jan 20, 2026 8:40 PM ET", None, "2026-01-20T20:40:00-05:00", "minute"),
    ("Aug 20th, 2026, 12:05 am", NEW_YORK, "2026-08-20T00:05:00-04:00", "minute"),
    ("20th August 2026 12.30pm", "Europe/London", "2026-08-20T12:30:00+01:00", "minute"),
    ("Published 8 PM, Thursday, Aug 20, 2026", NEW_YORK, "2026-08-20T20:00:00-04:00", "minute"),
    ("08/20/2026 8:40 pm", NEW_YORK, "2026-08-20T20:40:00-04:00", "minute"),
    ("Wednesday 07/08/2026", NEW_YORK, "2026-07-08T00:00:00-04:00", "day"),
    ("2026-08-20 20:40 UTC+7", None, "2026-08-20T20:40:00+07:00", "minute"),
    ("Updated 20 Aug '26 20:40 (KST)", None, "2026-08-20T20:40:00+09:00", "minute"),
    ("3 hours ago", "Europe/London", "2026-11-23T09:00:00+00:00", "day"),
    ("an hour ago", "Europe/London", "2026-11-23T11:00:00+00:00", "day"),
    ("25 mins ago", "Europe/London", "2026-11-23T11:35:00+00:00", "minute"),
    ("Yesterday at 8:40 pm", NEW_YORK, "2026-11-22T20:40:00-05:00", "minute"),
    # Russian
    ("19 июня 2024, 20:40", MOSCOW, "2024-06-19T20:40:00+03:00", "minute"),
    ("20:40, 19 июня 2024 МСК", MOSCOW, "2024-06-19T20:40:00+03:00", "minute"),
    ("19.06.2024 20:40 (мск)", None, "2024-06-19T20:40:00+03:00", "minute"),
    ("среда, 19 июня 2024 г. в 8:05 MSK", None, "2024-06-19T08:05:00+03:00", "minute"),
    ("1 янв 2025", MOSCOW, "2025-01-01T00:00:00+03:00", "day"),
    ("сегодня, 14:40", MOSCOW, "2026-11-23T14:40:00+03:00", "minute"),
    ("вчера в 20:40 МСК", None, "2026-11-22T20:40:00+03:00", "minute"),
    ("2 часа назад", MOSCOW, "2026-11-23T13:00:00+03:00", "day"),
    ("час назад", MOSCOW, "2026-11-23T14:00:00+03:00", "day"),
    ("15 минут назад", MOSCOW, "2026-11-23T14:45:00+03:00", "minute"),
    # Korean
    ("2024년 6월 19일 오후 8:40", SEOUL, "2024-06-19T20:40:00+09:00", "minute"),
    ("2024년 6월 19일 오전 12시 40분", SEOUL, "2024-06-19T00:40:00+09:00", "minute"),
    ("2024.06.19 20:40 KST", None, "2024-06-19T20:40:00+09:00", "minute"),
    ("입력 2024. 6. 19. 오후 8:40", SEOUL, "2024-06-19T20:40:00+09:00", "minute"),
    ("등록 2024-06-19 20:40:15", SEOUL, "2024-06-19T20:40:15+09:00", "second"),
    ("주체113(2024)년 6월 19일", SEOUL, "2024-06-19T00:00:00+09:00", "day"),
    ("3시간 전", SEOUL, "2026-11-23T18:00:00+09:00", "day"),
    ("10분 전", SEOUL, "2026-11-23T20:50:00+09:00", "minute"),
    # Chinese
    ("2024年6月19日 20:40", SHANGHAI, "2024-06-19T20:40:00+08:00", "minute"),
    ("2024年06月19日下午8点40分", SHANGHAI, "2024-06-19T20:40:00+08:00", "minute"),
    ("2024年6月19日20时40分", SHANGHAI, "2024-06-19T20:40:00+08:00", "minute"),
    ("２０２４年６月１９日　２０：４０", SHANGHAI, "2024-06-19T20:40:00+08:00", "minute"),
    ("今天 18:40", SHANGHAI, "2026-11-23T18:40:00+08:00", "minute"),
    ("3小时前", SHANGHAI, "2026-11-23T17:00:00+08:00", "day"),
    ("5分钟前", SHANGHAI, "2026-11-23T19:55:00+08:00", "minute"),
    # for programs
    ("2026-08-20T20:40:00+07:00", None, "2026-08-20T20:40:00+07:00", "second"),
    ("2026-08-20T20:40:00.123Z", JAKARTA, "2026-08-20T20:40:00+00:00", "second"),
    ("2026-08-20T20:40+0700", None, "2026-08-20T20:40:00+07:00", "minute"),
    ("2026-08-20T20-40-53Z", None, "2026-08-20T20:40:53+00:00", "second"),
    ("2026-08-20 T20:40:00Z", None, "2026-08-20T20:40:00+00:00", "second"),
    ("2026/08/20 20:40:53", JAKARTA, "2026-08-20T20:40:53+07:00", "second"),
    ("20260820T204053Z", None, "2026-08-20T20:40:53+00:00", "second"),
    ("20260820", JAKARTA, "2026-08-20T00:00:00+07:00", "day"),
    ("Thu, 20 Aug 2026 20:40:00 +0700", None, "2026-08-20T20:40:00+07:00", "second"),
    ("Thu Aug 20 2026 20:40:00 GMT+0700 (WIB)", None, "2026-08-20T20:40:00+07:00", "second"),
    ("Thu Aug 20 20:40:00 UTC 2026", None, "2026-08-20T20:40:00+00:00", "second"),
    ("1787234400", None, "2026-08-20T14:00:00+00:00", "second"),
    ("1787234400000", None, "2026-08-20T14:00:00+00:00", "second"),
    ("2026-08-20T00:00:00+07:00", None, "2026-08-20T00:00:00+07:00", "day"),
    ("2026-08-20T20:40:00+05:45", None, "2026-08-20T20:40:00+05:45", "second"),
    ("2026-08-20T20:40:00-03:30", None, "2026-08-20T20:40:00-03:30", "second"),
    # others that regional readers meet
    ("20 de agosto de 2026 | 20h40", "America/Bogota", "2026-08-20T20:40:00-05:00", "minute"),
    ("20.08.2026, 20:40 Uhr", "Europe/Berlin", "2026-08-20T20:40:00+02:00", "minute"),
]


@pytest.mark.parametrize(
    ("text", "zone", "at", "precision"), PRINTED, ids=[f"{row[0]} in {row[1]}" for row in PRINTED]
)
def test_a_printed_time_is_read_with_its_hour_and_zone(
    text: str, zone: str | None, at: str, precision: str
) -> None:
    moment = read_moment(text, zone=zone, now=NOW, origin="line")

    assert moment is not None
    assert (moment.at.isoformat(), moment.precision) == (at, precision)
    assert moment.origin == "line"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Agustus 2026",
        "2026",
        "20 Agustus, 20:40 WIB",
        "30 Februari 2026",
        "2026-02-30T10:00:00Z",
        "31 Desember 1989",
        "25 November 2026",
        "1 Januari 2030",
        "20 Aug 2026 25:10",
        "Minggu lalu",
        "3 minggu lalu",
        "20 Blubber 2026",
        "Skor 3-2, menit 2026",
        "0812-3456-7890",
        "9" * 5000,
    ],
)
def test_what_cannot_be_trusted_is_no_time(text: str) -> None:
    assert read_moment(text, zone=JAKARTA, now=NOW, origin="line") is None


def test_without_a_zone_anywhere_only_the_day_is_kept() -> None:
    moment = read_moment("Kamis, 20 Agustus 2026 20:40", zone=None, now=NOW, origin="line")

    assert moment is not None
    assert (moment.at.isoformat(), moment.precision) == ("2026-08-20T00:00:00+00:00", "day")


def test_the_printed_zone_wins_over_the_zone_of_the_source() -> None:
    moment = read_moment("20 Agustus 2026 20:40 WIT", zone=JAKARTA, now=NOW, origin="line")

    assert moment is not None
    assert moment.at.isoformat() == "2026-08-20T20:40:00+09:00"


@pytest.mark.parametrize("text", ["Hari ini, 20:40", "вчера в 20:40", "今天 20:40"])
def test_whose_day_today_is_needs_a_zone(text: str) -> None:
    assert read_moment(text, zone=None, now=NOW, origin="line") is None


def test_a_story_dated_tomorrow_by_a_clock_ahead_is_taken_and_next_week_is_not() -> None:
    tomorrow = read_moment("2026-11-24T11:00:00Z", zone=None, now=NOW, origin="meta")
    next_week = read_moment("2026-11-30T11:00:00Z", zone=None, now=NOW, origin="meta")

    assert tomorrow is not None
    assert next_week is None


def test_a_numeric_date_that_would_lie_ahead_is_read_the_other_way() -> None:
    moment = read_moment("03/12/2026", zone=JAKARTA, now=NOW, origin="line")

    assert moment is not None
    assert moment.at.date().isoformat() == "2026-03-12"


def test_a_numeric_date_tells_that_it_could_be_read_both_ways() -> None:
    both = read_printed("07/08/2026", now=NOW)
    one = read_printed("Jumat, 07/08/2026", now=NOW)

    assert both is not None
    assert one is not None
    assert (both.day.isoformat(), str(both.other_day)) == ("2026-08-07", "2026-07-08")
    assert (one.day.isoformat(), one.other_day) == ("2026-08-07", None)


def test_an_unknown_zone_beside_the_hour_is_not_read_as_another() -> None:
    moment = read_moment("20 August 2026 20:40 CST", zone=None, now=NOW, origin="line")

    assert moment is not None
    assert moment.precision == "day"
