"""Small Indonesian pages made for the tests: stories of a village paper that does not exist."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from sites.server import answer, lasting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sites.server import Site

RSS = "application/rss+xml"
XML = "application/xml"
PLACES = ("Muara Tenang", "Bukit Ilalang", "Teluk Pinang", "Sungai Jernih", "Tanjung Sunyi")
THINGS = ("jembatan gantung", "pasar apung", "kapal nelayan", "kebun kopi", "sekolah dasar")


def headline(number: int) -> str:
    """Name a story; two numbers never share a headline."""
    place, thing = PLACES[number % 5], THINGS[number // 5 % 5]
    return f"Warga {place} Bangun Kembali {thing.title()} Nomor {number}"


def paragraphs(number: int) -> list[str]:
    """Write a story of about 80 words."""
    place, thing = PLACES[number % 5], THINGS[number // 5 % 5]
    return [
        f"Warga Desa {place} bergotong royong membangun kembali {thing} nomor {number} yang rusak.",
        f"Pekerjaan dimulai sejak pagi dan diikuti {20 + number} keluarga dari empat dusun.",
        "Mereka membawa kayu, paku, dan tali dari rumah masing-masing ke balai desa.",
        f"Biaya sebesar {3 + number} juta rupiah dihimpun dari iuran tanpa bantuan kabupaten.",
        "Menurut kepala desa, anak-anak harus dapat menyeberang sebelum tahun ajaran dimulai.",
        f"Bila cuaca baik, {thing} itu akan selesai dalam {2 + number % 7} minggu.",
        "Setelah itu warga memperbaiki jalan setapak menuju dermaga, yang selama ini licin.",
    ]


def prose(number: int, count: int = 8) -> list[str]:
    """Write paragraphs that no two stories share, so that none is taken for furniture."""
    word = "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")
    return [
        f"Warga dusun {word} yang {place} memperbaiki {thing} {word}{place} bersama-sama sejak pagi"
        f" karena hujan {word}{thing} semalam merusaknya."
        for place, thing in zip(
            ("pertama", "kedua", "ketiga", "keempat", "kelima", "keenam", "ketujuh", "kedelapan"),
            ("jembatan", "pasar", "dermaga", "sekolah", "kebun", "sumur", "tanggul", "balai"),
            strict=True,
        )
    ][:count]


def story(number: int, texts: Sequence[str] | None = None, *, following: str | None = None) -> str:
    """Lay a story out as a page; `following` is the address of its next sheet."""
    body = "".join(f"<p>{escape(text)}</p>" for text in texts or paragraphs(number))
    pager = (
        f'<div class="pagination"><a rel="next" href="{escape(following)}">Selanjutnya</a></div>'
        if following
        else ""
    )
    link = f'<link rel="next" href="{escape(following)}">' if following else ""
    return (
        f"<!DOCTYPE html><html lang='id'><head><title>{headline(number)} - Kabar Desa</title>"
        f"<meta property='og:type' content='article'>{link}</head><body>"
        "<nav><a href='/'>Beranda</a> <a href='/tag/desa'>Desa</a></nav>"
        f"<article><h1>{headline(number)}</h1>{body}</article>{pager}"
        "<footer>Kabar Desa, koran untuk diuji</footer></body></html>"
    )


def path(number: int) -> str:
    """Return the path of a story."""
    return f"/berita/{1000 + number}/warga-bangun-kembali-{number}"


def rss(addresses: Iterable[tuple[str, str]], *, at: datetime | None = None) -> str:
    """Write a feed of (address, title)."""
    date = f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" if at else ""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(address)}</link>{date}</item>"
        for address, title in addresses
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


def sitemap(addresses: Iterable[str]) -> str:
    """Write a sitemap."""
    rows = "".join(f"<url><loc>{escape(address)}</loc></url>" for address in addresses)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def publish(site: Site, numbers: Sequence[int], *, at: datetime | None = None) -> list[str]:
    """Put stories and a feed of them on a site, all of it lasting; return their addresses."""
    for number in numbers:
        site.pages[path(number)] = lasting(story(number))
    addresses = [site.url + path(number) for number in numbers]
    titles = map(headline, numbers)
    site.pages["/rss"] = lasting(rss(zip(addresses, titles, strict=True), at=at), RSS)
    site.pages["/robots.txt"] = answer("User-agent: *\nAllow: /\n", "text/plain")
    return addresses
