"""What stands one element too far left in an address is put right where that is certain, and only there."""

import pytest

from parsers.edifact.addresses import put_right


@pytest.mark.parametrize(
    ("nad", "expected"),
    [
        ("NAD+BY+++A+S 5+Hamburg+20095+DE", "NAD+BY+++A+S 5+Hamburg++20095+DE"),
        ("NAD+BY+++A+S 5+London+SW1A 1AA+GB", "NAD+BY+++A+S 5+London++SW1A 1AA+GB"),
        ("NAD+BY+++A+S 5+London+E1 6AN+GB", "NAD+BY+++A+S 5+London++E1 6AN+GB"),
        ("NAD+BY+++A+S 5+Hamburg+20095", "NAD+BY+++A+S 5+Hamburg++20095"),
        ("NAD+BY+++A+S 5+Praha+110 00", "NAD+BY+++A+S 5+Praha++110 00"),
    ],
)
def test_a_postcode_in_the_place_of_the_region_is_the_postcode(nad: str, expected: str) -> None:
    segments = ["BGM+220+1", nad]

    assert [(2, nad.split("+")[7])] == put_right(segments)
    assert expected == segments[1]


@pytest.mark.parametrize(
    "nad",
    [
        "NAD+BY+++A+S 5+Hamburg++20095+DE",
        "NAD+BY+++A+S 5+Chicago+IL+60601+US",
        "NAD+BY+++A+S 5+Paris+75+75001+FR",
        "NAD+BY+++A+S 5+Paris+75",
        "NAD+BY+++A+S 5+Paris+75+FR",
        "NAD+BY+++A+S 5+Hamburg+Hamburg+DE",
        "NAD+BY+++A+S 5+Hamburg",
        "NAD+BY+4012345500004::9",
        "NAD+BY+++A+S 5+Hamburg+:::Hamburg+20095",
    ],
)
def test_an_address_that_may_be_meant_so_is_left_alone(nad: str) -> None:
    segments = [nad]

    assert [] == put_right(segments)
    assert [nad] == segments
