"""What a page tells of its authors, gathered by the reader of pages for crawler/pages/authors.py. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorClues:
    """Every place where a page may name who wrote it; texts are plain, NFC, white space folded, in page order."""

    url: str
    site_name: str = ""
    language: str = ""  # as the page declares it, "" if it does not
    jsonld_authors: tuple[str, ...] = ()  # names of the article's author objects
    meta_authors: tuple[str, ...] = ()  # contents of author metas, the most trusted first
    marked: tuple[str, ...] = ()  # texts of elements marked as author by rule, microdata, rel or class
    head_lines: tuple[str, ...] = ()  # short lines between the title and the body
    tail_lines: tuple[str, ...] = ()  # the last short lines of the body, at most 6
    body_start: str = ""  # the first 300 characters of the body
    text: str = ""  # the whole main text, paragraphs apart by line feeds
