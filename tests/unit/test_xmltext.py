from __future__ import annotations

import pytest

from crawler.xmltext import mend


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("<t>a & b</t>", "<t>a &amp; b</t>"),
        ("<t>&amp;&lt;&#8217;&#x2019;&#65;</t>", "<t>&amp;&lt;&#8217;&#x2019;&#65;</t>"),  # legal as they stand
        ("<t>&nbsp;&eacute;&amp;</t>", "<t>\u00a0é&amp;</t>"),
        ("<t>&unknown; &</t>", "<t>&amp;unknown; &amp;</t>"),
        ("<t>&#150;&#x96;</t>", "<t>\u2013\u2013</t>"),  # meant as windows-1252
        ("<t>&#0;&#xD800;&#55296;&#9999999;&#xFFFF;</t>", "<t></t>"),
        ("<t>\x00\x0b\ud800a</t>", "<t>a</t>"),
        ("<t>&a;<![CDATA[&nbsp; & &#0;]]>&b;</t>", "<t>&amp;a;<![CDATA[&nbsp; & &#0;]]>&amp;b;</t>"),
        ("<t><!-- & &nbsp; -->&</t>", "<t><!-- & &nbsp; -->&amp;</t>"),
        ("<t>&<!ELEMENT x>&</t>", "<t>&amp;<!ELEMENT x>&amp;</t>"),
        ("<t>&<![CDATA[ & never ends", "<t>&amp;<![CDATA[ & never ends"),
        ("<t>&<!-- & never ends", "<t>&amp;<!-- & never ends"),
    ],
)
def test_references_are_mended_outside_of_cdata_and_comments(text: str, mended: str) -> None:
    assert mend(text) == mended


@pytest.mark.thorough
def test_a_million_openings_are_read_in_one_pass() -> None:
    text = "&" + "<!" * 1_000_000
    assert mend(text) == "&amp;" + "<!" * 1_000_000
