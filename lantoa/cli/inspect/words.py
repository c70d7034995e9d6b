"""`lantoa inspect` of one line each: addresses, agents, texts."""

from __future__ import annotations

from typing import Any

import click

from lantoa.cli.inspect.lines import answer_lines, files_argument, read_settings


@click.command("url")
@files_argument
def inspect_url(files: tuple[str, ...]) -> None:
    """Tell what an address is: its one spelling and key, network, kind, post (an address a line)."""
    from tracker.domain import urls

    def answer(text: str) -> dict[str, Any]:
        facts = urls.inspect_url(text)
        if isinstance(facts, urls.UrlProblem):
            fields = dict.fromkeys(("canonical", "key", "channel", "kind", "post_id"))
            return {**fields, "error": {"code": facts.code, "message": facts.message}}
        fields = {name: getattr(facts, name) for name in ("canonical", "key", "channel", "kind", "post_id")}
        return {**fields, "error": None}

    answer_lines(files, answer)


@click.command("agent")
@files_argument
def inspect_agent(files: tuple[str, ...]) -> None:
    """Tell persons, robots and previewers apart (a user agent a line)."""
    from lantoa.agents import agent_classifier

    classifier = agent_classifier()

    def answer(text: str) -> dict[str, Any]:
        verdict = classifier.classify(text)
        return {"verdict": verdict.kind, "name": verdict.name}

    answer_lines(files, answer)


@click.command("address")
@files_argument
def inspect_address(files: tuple[str, ...]) -> None:
    """Tell whether the crawler may go to an address (an address a line)."""
    from crawler.address import AddressPolicy

    policy = AddressPolicy.parse(read_settings().allow_private_hosts)

    def answer(text: str) -> dict[str, Any]:
        judged = policy.judge_url(text)
        return {"allowed": judged.allowed, "reason": judged.reason}

    answer_lines(files, answer)


@click.command("fold")
@files_argument
def inspect_fold(files: tuple[str, ...]) -> None:
    """Give the form that search and name matching compare (a text a line)."""
    from tracker.domain.names import fold

    answer_lines(files, lambda text: {"folded": fold(text)})
