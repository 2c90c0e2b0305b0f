"""Of which hits nobody is told, and why: muted words, sources, sections, and news. Never writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.clusters import clusters
from monitor.queries import mute_trees
from monitor.query.match import find, spans_of

if TYPE_CHECKING:
    from config.settings import Settings, Topic
    from db.reader import Reader
    from monitor.query.story import Story as Words
    from monitor.query.tree import Tree

SHOWN_CHARACTERS = 40  # of the words that mute a story: reasons are counted, not read


class Mutes:
    """What topics keep to themselves; it is looked up when a topic is first asked about."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._settings = settings
        self._reader = reader
        self._trees: dict[str, Tree] = {}
        self._news: dict[str, dict[int, str]] = {}

    def reason(self, topic: Topic, story_id: int, words: Words) -> str | None:
        """Say why nobody is told of a hit of a topic; null when somebody is."""
        mute, text = topic.mute, words.text
        if text.source in mute.sources:
            return f"source {text.source}"
        section = text.section.strip().casefold()
        if section and section in {each.strip().casefold() for each in mute.sections}:
            return f"section {' '.join(text.section.split())}"
        return self._by_words(topic, words) or self._by_news(topic, story_id, text.body)

    def _by_words(self, topic: Topic, words: Words) -> str | None:
        if topic.mute.words is None:
            return None
        if topic.name not in self._trees:
            self._trees |= mute_trees(self._settings, [topic])
        hits = find(self._trees[topic.name], words, words.everywhere)
        if hits is None:
            return None
        found = {words.value(span.field)[span.start : span.end] for span in spans_of(hits)}
        said = " ".join(sorted({" ".join(each.casefold().split()) for each in found}))
        return f"words {said[:SHOWN_CHARACTERS]}".strip()

    def _by_news(self, topic: Topic, story_id: int, body: str) -> str | None:
        if topic.name not in self._news:
            self._news[topic.name] = self._muted_news(topic)
        for muted_id, muted in self._news[topic.name].items():
            if muted_id == story_id or len(clusters((body, muted), str)) == 1:
                return f"news of story {muted_id}"
        return None

    def _muted_news(self, topic: Topic) -> dict[int, str]:
        """Return the texts of the stories whose news is muted; an unknown address has none."""
        ids = [mute.story_id for mute in self._reader.mutes(topic.name)]
        stories = [
            *(self._reader.story_at(url) for url in topic.mute.clusters),
            *self._reader.stories(ids),
        ]
        return {story.id: story.revision.content.text for story in stories if story}
