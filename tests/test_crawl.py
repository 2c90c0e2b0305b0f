"""Whole rounds against served sites: what is stored, what is asked, and what a person is told."""

from __future__ import annotations
from sites.paper import publish
from sites.server import Site
from db.reader import Reader


def test_a_first_round_stores_every_story(tmp_path, a_source, settings_for, read_round):
    with Site() as site:
        publish(site, range(12))
        settings = settings_for(tmp_path, a_source(site))
        report = read_round(settings)["desa"]
        print(report, site.paths())
    with Reader(tmp_path) as r:
        for s in r.newest_stories(100): print(s.url, s.revision.content.text[:60], s.revision.content.headline)
    assert 0
