"""Goes and looks how a newspaper can be read, with the fewest requests. Stores nothing.

What is tried and what is taken is decided in `places`, `choice` and `beliefs`; here it is done.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.settings import Source
from crawler.discover import places
from crawler.discover.beliefs import country_of, language_of, region_of, zone_of
from crawler.discover.choice import Trial, chosen, is_of_news, newest, stale
from crawler.discover.home import Home, read_home
from crawler.discover.places import Candidate
from crawler.discover.samples import SAMPLES, Refused, Sample, Samples
from crawler.errand import errand
from crawler.extract.article import Page, Refusal
from crawler.fetch import Answer, Later
from crawler.listings import Looking
from crawler.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from config.settings import Limits, Settings
    from crawler.errand import Outside
    from crawler.fetch import Fetched
    from crawler.listings import Look

LISTINGS = 4  # an index and its newest sitemaps: enough to see what a place is worth
LEAST_ARTICLES = 3  # of ten sample stories; a place that gives fewer is no way to read a paper


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place that works: how many stories it lists now, and some of them as a reader sees them."""

    kind: places.Kind
    url: str
    origin: str
    listed: int
    samples: tuple[Sample, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look at a newspaper brought. `lang`, `zone` and `region` are null when unknown.

    `langs` are all languages of the sample stories; `failed` are the places that are of no use,
    each with a sentence.
    """

    url: str
    title: str | None
    lang: str | None
    langs: tuple[str, ...]
    zone: str | None
    region: str | None
    proposals: tuple[Proposal, ...]
    failed: tuple[Refused, ...]
    requests: int


async def survey(settings: Settings, url: str, clock: Callable[[], datetime]) -> Survey:
    """Return how the newspaper at an address can be read, or why it can not."""
    workers = Workers(settings.limits.workers)

    async def work(outside: Outside) -> Survey:
        return await Scout(url, outside, workers, settings.limits, clock).run()

    try:
        return await errand(settings, clock, work)
    finally:
        workers.close()


class Scout:
    """One look at one newspaper."""

    def __init__(
        self,
        url: str,
        outside: Outside,
        workers: Workers,
        limits: Limits,
        clock: Callable[[], datetime],
    ) -> None:
        self._url = url
        self._outside = outside
        self._workers = workers
        self._limits = limits
        self._clock = clock
        self._first: Answer | None = None
        self._trials: dict[str, Trial] = {}
        self._samples = Samples(outside, workers, limits, clock)

    async def run(self) -> Survey:
        """Try what is declared, and what is usual only where that fails."""
        home = await self._open()
        proposals = await self._look_around(home) if home is not None else ()
        return self._told(home or Home(self._url), proposals)

    async def _look_around(self, home: Home) -> tuple[Proposal, ...]:
        robots = self._outside.memory.robots(home.url)
        await self._try(places.declared_feeds(home))
        await self._try(places.declared_sitemaps(robots, home.url))
        if self._first is not None:
            await self._try([Candidate("section", home.url, "the page itself")])
        proposals = await self._propose()
        if not any(map(is_of_news, self._working())):
            await self._try(places.usual_feeds(home.url), until_first=True)
            proposals = await self._propose()
        if all(trial.candidate.kind == "section" for trial in self._working()):
            await self._try(places.usual_sitemaps(home.url), until_first=True)
            proposals = await self._propose()
        if not proposals:
            await self._try(places.sections(home))
            proposals = await self._propose()
        return proposals

    async def _open(self) -> Home | None:
        """Read the page that was given; None when there is no use in going on."""
        answer = await self._outside.ask(self._url, limit_bytes=self._limits.feed_bytes)
        if not isinstance(answer, Answer):
            self._fail(answer.detail)
            # Where robots.txt denies the page, it may permit the feed.
            is_denied = isinstance(answer, Refusal) or answer.reason == "not-permitted"
            has_robots = bool(self._outside.memory.robots(self._url))
            return Home(self._url) if is_denied and has_robots else None
        if answer.status >= 300:  # noqa: PLR2004 - what `fetch` hands over as not there
            self._fail(f"the page is not there (HTTP {answer.status})")
            return None
        self._first = answer
        itself = places.given(answer.url, answer.body)
        if itself is not None:
            await self._try([itself])
            self._first = None
            return Home(answer.url)
        page = Page(answer.url, answer.body, self._clock(), answer.encoding)
        home = await self._workers.do(read_home, page)
        if isinstance(home, Refusal):
            self._fail(home.detail)
            return None
        return home

    async def _try(self, candidates: Iterable[Candidate], *, until_first: bool = False) -> None:
        for candidate in candidates:
            if candidate.url in self._trials or not candidate.url.isprintable():
                continue
            look = await self._look(candidate)
            found = tuple(look.found.values())
            fault = look.failure.detail if look.failure else None
            fault = fault or stale((link.published_at for link in found), self._clock())
            fault = fault or (None if found else f"the {candidate.kind} lists nothing")
            self._trials[candidate.url] = Trial(candidate, found, fault)
            if until_first and fault is None:
                break

    async def _look(self, candidate: Candidate) -> Look:
        """Read a listing; the first page is in hand already, and of an index a part will do."""
        asked: list[str] = []

        async def ask(url: str) -> Fetched:
            if self._first is not None and url == self._first.url:
                return self._first
            asked.append(url)
            if len(asked) > LISTINGS:
                return Later("enough", "not asked: enough was seen")
            return await self._outside.ask(url, limit_bytes=self._limits.feed_bytes)

        source, limits, now = _source(candidate), self._limits, self._clock()
        return await Looking(source, ask, self._workers, limits, now).run()

    def _fail(self, fault: str) -> None:
        candidate = Candidate("section", self._url, "the page itself")
        self._trials[self._url] = Trial(candidate, fault=fault)

    def _working(self) -> Iterator[Trial]:
        return (trial for trial in self._trials.values() if trial.fault is None)

    async def _propose(self) -> tuple[Proposal, ...]:
        """Choose, read sample stories, and choose again without what gives no stories."""
        while True:
            best = chosen(self._working(), self._clock())
            proposals = [await self._sampled(trial) for trial in best]
            faults = [self._fault(proposal) for proposal in proposals]
            for trial, fault in zip(best, faults, strict=True):
                self._trials[trial.candidate.url] = replace(trial, fault=fault)
            if not any(faults):
                return tuple(proposals)

    async def _sampled(self, trial: Trial) -> Proposal:
        source = _source(trial.candidate)
        read = [await self._samples.read(source, link) for link in newest(trial.found, SAMPLES)]
        return Proposal(
            kind=trial.candidate.kind,
            url=trial.candidate.url,
            origin=trial.candidate.origin,
            listed=len(trial.found),
            samples=tuple(each for each in read if isinstance(each, Sample)),
            refused=tuple(each for each in read if isinstance(each, Refused)),
        )

    def _fault(self, proposal: Proposal) -> str | None:
        articles, refused = len(proposal.samples), Counter(each.detail for each in proposal.refused)
        if articles < min(LEAST_ARTICLES, articles + refused.total()):
            why = refused.most_common(1)[0][0]
            of = articles + refused.total()
            return f"only {articles} of {of} sample stories could be read ({why})"
        dates = (sample.published.at for sample in proposal.samples if sample.published)
        return stale(dates, self._clock())

    def _told(self, home: Home, proposals: tuple[Proposal, ...]) -> Survey:
        samples = list({s.url: s for proposal in proposals for s in proposal.samples}.values())
        lang = language_of([sample.lang for sample in samples])
        times = (sample.published.at for sample in samples if sample.published)
        return Survey(
            url=home.url,
            title=home.title,
            lang=lang,
            langs=tuple(sorted({sample.lang for sample in samples if sample.lang})),
            zone=zone_of(times, country_of(home), lang),
            region=region_of(home),
            proposals=proposals,
            failed=tuple(
                Refused(trial.candidate.url, trial.fault)
                for trial in self._trials.values()
                if trial.fault is not None
            ),
            requests=self._outside.requests,
        )


def _source(candidate: Candidate) -> Source:
    return Source(name="candidate", url=candidate.url, kind=candidate.kind)
