"""`render = "browser"`: pages that programs put together, shown by a Chromium that reaches nothing.

Skips where there is no Chromium; what is said of that is tested all the same.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from sites import paper
from sites.paper import headline, path
from sites.server import Site, answer, status
from terminal import Terminal

from config.load import ConfigError, load
from crawler.browser import PARTS
from monitor.cli.crawl import one_round

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Desk

needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="chromium is not installed here"
)
JSON = "application/json"
SHELL = "<html lang='id'><head><script src='{}'></script></head><body></body></html>"
LISTS = """fetch("/api/berita").then(r => r.json()).then(all => {
  for (const each of all) {
    const a = document.createElement("a"); a.href = each.href; a.textContent = each.title;
    document.body.append(a);
  }
});"""
TELLS = """fetch("/api" + location.pathname).then(r => r.json()).then(story => {
  document.title = story.headline;
  const article = document.createElement("article"), h1 = document.createElement("h1");
  h1.textContent = story.headline; article.append(h1);
  for (const text of story.paragraphs) {
    const p = document.createElement("p"); p.textContent = text; article.append(p);
  }
  document.body.append(article);
});"""
GOOD = range(2)


def publish(site: Site) -> None:
    """Put a newspaper on a site that sends programs instead of pages."""
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /rahasia\n", "text/plain")
    site.pages["/daftar.js"] = answer(LISTS, "text/javascript")
    site.pages["/cerita.js"] = answer(TELLS, "text/javascript")
    site.pages["/"] = answer(SHELL.format("/daftar.js"))
    listed = [{"href": path(number), "title": headline(number)} for number in GOOD]
    site.pages["/api/berita"] = answer(json.dumps(listed), JSON)
    for number in GOOD:
        site.pages[path(number)] = answer(SHELL.format("/cerita.js"))
        tell(site, number, paper.paragraphs(number))


def tell(site: Site, number: int, paragraphs: list[str]) -> None:
    told = {"headline": headline(number), "paragraphs": paragraphs}
    site.pages[f"/api{path(number)}"] = answer(json.dumps(told), JSON)


def declared(desk: Desk, site: Site, **tables: object) -> Desk:
    source = desk.source(site, "/", kind="section", render="browser")
    return desk.declare(source, **tables)  # type: ignore[arg-type] # tables of tilik.toml


@needs_chromium
def test_a_newspaper_of_programs_is_read_as_a_reader_sees_it(desk: Desk, site: Site) -> None:
    publish(site)
    report = declared(desk, site).read_one()

    assert report.reason is None
    assert desk.texts() == {
        site.url + path(number): "\n".join(paper.paragraphs(number)) for number in GOOD
    }
    assert {each.revision.content.headline for each in desk.stories()} == set(map(headline, GOOD))
    assert report.requests == len(site.requests) - len(site.asked("/robots.txt"))


@needs_chromium
def test_an_edit_behind_a_page_that_never_changes_is_seen(desk: Desk, site: Site) -> None:
    publish(site)
    declared(desk, site).read()
    tell(site, 1, [*paper.paragraphs(1)[:5], "Bupati membatalkan rencana itu semalam."])
    desk.clock.go_on(hours=2)

    assert desk.read_one().outcomes == {"same": 1, "edited": 1}


@needs_chromium
def test_a_part_that_is_missing_now_makes_the_page_wait(desk: Desk, site: Site) -> None:
    publish(site)
    site.pages[f"/api{path(1)}"] = status(500)
    report = declared(desk, site).read_one()

    assert report.outcomes == {"baseline": 1, "postponed": 1}
    assert report.troubles == [
        (site.url + path(1), "a part of the page: the server failed (HTTP 500)")
    ]


ESCAPES = """
const inward = "http://{host}";
const tries = [
  () => fetch(inward + "/fetch"), () => navigator.sendBeacon(inward + "/beacon", "x"),
  () => new WebSocket("ws://{host}/socket"), () => new EventSource(inward + "/events"),
  () => new Worker(URL.createObjectURL(new Blob(['fetch("' + inward + '/worker")']))),
  () => navigator.serviceWorker.register("/cerita.js"), () => window.open(inward + "/window"),
  () => new WebTransport("https://{host}/transport"),
  () => {{ const line = new RTCPeerConnection({{iceServers: [
    {{urls: "stun:{host}"}},
    {{urls: "turn:{host}?transport=tcp", username: "a", credential: "b"}}]}});
    line.createDataChannel("x");
    line.createOffer().then(offer => line.setLocalDescription(offer)); }},
  () => {{ document.body.innerHTML += `<img src="${{inward}}/img">` +
    `<iframe src="${{inward}}/frame"></iframe><link rel=preconnect href="${{inward}}">` +
    `<link rel=prefetch href="${{inward}}/pre"><link rel=stylesheet href="${{inward}}/css">` +
    `<object data="${{inward}}/object"></object>` +
    `<video src="${{inward}}/video"></video><form action="${{inward}}/form" method=post></form>`;
    document.forms[0].submit(); }},
  () => {{ const one = document.createElement("script"); one.src = inward + "/script";
    document.body.append(one); }},
  () => {{ location = inward + "/away"; }},
];
addEventListener("load", () => {{
  for (const one of tries) {{ try {{ Promise.resolve(one()).catch(() => 0); }} catch (e) {{ }} }}
}});
"""


@needs_chromium
def test_no_program_of_a_page_reaches_an_address_that_the_gate_refuses(
    desk: Desk, bad: Site
) -> None:
    with Site("127.0.0.1", port=bad.port) as canary:  # the same port, so that only the gate is left
        publish(bad)
        escapes = ESCAPES.format(host=f"{canary.host}:{canary.port}")
        bad.pages["/cerita.js"] = answer(f"{TELLS}\n{escapes}", "text/javascript")
        declared(desk, bad, network={"allow": ["127.0.0.2/32"]}).read()

        assert canary.connections == 0
        assert len(desk.stories()) == len(GOOD)


@needs_chromium
def test_the_canary_would_sing_were_it_not_for_the_gate(desk: Desk, bad: Site) -> None:
    with Site("127.0.0.1", port=bad.port) as canary:
        publish(bad)
        escapes = ESCAPES.format(host=f"{canary.host}:{canary.port}")
        bad.pages["/cerita.js"] = answer(f"{TELLS}\n{escapes}", "text/javascript")
        declared(desk, bad, network={"allow": ["127.0.0.0/8"]}).read()

        assert {"/fetch", "/worker", "/script"} <= set(canary.paths())
        assert {"/img", "/frame", "/beacon", "/form", "/away"}.isdisjoint(canary.paths())


@needs_chromium
def test_what_robots_deny_is_no_part_of_a_page(desk: Desk, site: Site) -> None:
    publish(site)
    site.pages["/cerita.js"] = answer(
        f'{TELLS}\nfetch("/rahasia").catch(() => 0)', "text/javascript"
    )
    declared(desk, site).read()

    assert len(desk.stories()) == len(GOOD)
    assert "/rahasia" not in site.paths()


ASKS = """let n = 0;
const more = () => fetch("/x?" + n++).catch(() => 0).finally(
  () => setTimeout(more, n > 60 ? 1e6 : 0));
more();"""


@needs_chromium
def test_a_page_that_asks_without_end_is_shown_with_what_it_has(desk: Desk, site: Site) -> None:
    publish(site)
    site.pages[path(1)] = answer(SHELL.format("/rakus.js"))
    site.pages["/rakus.js"] = answer(f"{TELLS}\n{ASKS}", "text/javascript")
    declared(desk, site).read()

    assert len(desk.stories()) == len(GOOD)
    assert 30 < sum(each.startswith("/x?") for each in site.paths()) < PARTS


@needs_chromium
def test_a_page_that_never_comes_to_rest_costs_no_other_story(desk: Desk, site: Site) -> None:
    publish(site)
    site.pages[path(1)] = answer("<html><body><script>while (true) { }</script></body></html>")
    report = declared(desk, site, limits={"timeout_s": 3.0}).read_one()

    assert report.outcomes == {"baseline": 1, "postponed": 1}
    assert report.troubles == [(site.url + path(1), "the page was not complete within 6 s")]


HUGE = """document.body.textContent = "kata ".repeat(6e6);
Object.defineProperty(Element.prototype, "outerHTML", { get: () => "" });"""


@needs_chromium
def test_a_page_that_makes_itself_huge_is_refused_and_costs_no_other_story(
    desk: Desk, site: Site
) -> None:
    publish(site)
    site.pages[path(1)] = answer(f"<html><body><script>{HUGE}</script></body></html>")
    report = declared(desk, site).read_one()

    assert report.outcomes == {"baseline": 1, "refused": 1}
    ((_, detail),) = report.troubles
    assert detail == "the page in the browser is larger than the limit ([limits])"


@needs_chromium
def test_a_program_reads_what_its_own_site_says_and_nothing_of_others(
    desk: Desk, site: Site, bad: Site
) -> None:
    publish(site)
    bad.pages["/api"] = answer(json.dumps({"headline": "Rahasia", "paragraphs": []}), JSON)
    spies = f"fetch('{bad.url}/api').then(r => r.text()).then(said => fetch('/dapat?' + said));"
    site.pages["/cerita.js"] = answer(f"{TELLS}\n{spies}", "text/javascript")
    declared(desk, site, network={"ports": [site.port, bad.port]}).read()

    assert bad.asked("/api")
    assert not [each for each in site.paths() if each.startswith("/dapat")]
    assert len(desk.stories()) == len(GOOD)


@needs_chromium
def test_a_test_of_such_a_source_shows_it_in_the_browser_too(
    desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(site)
    declared(desk, site)

    code, said, _ = Terminal(desk.folder, monkeypatch, capsys)("source", "test", "desa")

    assert code == 0
    assert f"{len(GOOD)} stories are listed" in said
    assert headline(1) in said


# without a browser


def test_without_chromium_the_configuration_is_refused_where_it_asks_for_it(
    desk: Desk, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "leer").mkdir()
    desk.declare(desk.source(site))
    file = desk.folder / "sources" / "all.toml"
    file.write_text(file.read_text() + 'render = "browser"\n')
    with pytest.raises(ConfigError) as refused:
        load(desk.folder, {"PATH": str(tmp_path / "leer")})

    assert "needs Chromium on the PATH" in str(refused.value)
    assert "sources/all.toml:5: source[0].render" in str(refused.value)


def test_a_chromium_that_does_not_start_is_told_with_its_source(
    desk: Desk, site: Site, tmp_path: Path
) -> None:
    publish(site)
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    desk.declare(desk.source(site, "/", kind="section"))
    settings = load(desk.folder, {})
    (source,) = settings.sources
    shown = settings.model_copy(
        update={
            "sources": (source.model_copy(update={"render": "browser"}),),
            "chromium": broken,
        }
    )
    reports, _ = asyncio.run(one_round(shown, shown.sources, desk.clock, lambda _: None))

    assert reports[0].reason == "browser"
    assert "the browser could not show the page" in str(reports[0].detail)
