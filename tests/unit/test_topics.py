"""The starter topics: well formed, and about articles."""

from __future__ import annotations

from config.topics import list_starter_topics


def test_the_starter_topics_are_distinct_and_each_has_words() -> None:
    topics = list_starter_topics()
    assert len({topic.name.casefold() for topic in topics}) == len(topics) >= 5
    words = [word for topic in topics for word in topic.words]
    assert all(topic.words for topic in topics)
    assert len(set(words)) == len(words)
    assert all(word == word.casefold().strip() for word in words)
