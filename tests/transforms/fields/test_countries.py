"""Country names and codes of the sources."""

from __future__ import annotations

import pycountry
import pytest

from transforms.fields import countries, demonyms


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Belarus", "BY"),
        ("BELARUS", "BY"),
        ("BY", "BY"),
        ("BLR", "BY"),
        ("Republic of Belarus", "BY"),
        ("Burma", "MM"),
        ("Korea, North", "KP"),
        ("Democratic People's Republic of Korea", "KP"),
        ("Korea, South", "KR"),
        ("Congo, Democratic Republic of the", "CD"),
        ("Congo, Republic of the", "CG"),
        ("Cote d Ivoire", "CI"),
        ("Côte d'Ivoire", "CI"),
        ("Iran (Islamic Republic of)", "IR"),
        ("Bahamas, The", "BS"),
        ("North Macedonia, The Republic of", "MK"),
        ("Russian Federation", "RU"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Palestinian", "PS"),
        ("West Bank", "PS"),
        ("Kosovo", "XK"),
        ("former Soviet Union", "SU"),
        ("Serbia and Montenegro", "CS"),
        ("China, Hong Kong Special Administrative Region", "HK"),
    ],
)
def test_names_and_codes(text: str, code: str) -> None:
    assert countries.code(text) == code


@pytest.mark.parametrize(
    "text", ["", None, "00", "UNKNOWN", "undetermined", "No", "Region: Crimea", "ZZ", "ZZZ"]
)
def test_what_is_no_country_has_no_code(text: str | None) -> None:
    assert countries.code(text) is None


def test_every_country_is_found_by_its_names_and_codes() -> None:
    for country in pycountry.countries:
        for given in (country.name, country.alpha_2, country.alpha_3):
            assert countries.code(given) == country.alpha_2, given


@pytest.mark.parametrize(
    ("fips", "code"),
    [
        ("BO", "BY"),
        ("BL", "BO"),
        ("BY", "BI"),
        ("RS", "RU"),
        ("UP", "UA"),
        ("CH", "CN"),
        ("SZ", "CH"),
        ("GM", "DE"),
        ("UK", "GB"),
        ("LH", "LT"),
        ("LG", "LV"),
        ("KV", "XK"),
        ("??", None),
    ],
)
def test_fips(fips: str, code: str | None) -> None:
    assert countries.fips().get(fips) == code


def test_fips_codes_are_all_allowed_and_reach_nearly_every_country() -> None:
    reached = set(countries.fips().values())
    assert reached <= countries.ALL
    # FIPS 10-4 counts Åland to Finland, and has no code for the Caribbean Netherlands.
    assert {country.alpha_2 for country in pycountry.countries} - reached == {"AX", "BQ"}


def test_the_table_of_fips_codes_is_not_to_be_changed_from_outside() -> None:
    countries.fips().clear()
    assert countries.fips()["BO"] == "BY"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Afghan", "AF"),
        ("TUNISIAN", "TN"),
        (" Belarusian ", "BY"),
        ("Belarussian", "BY"),
        ("a Russian national", "RU"),
        ("of Iraqi nationality", "IQ"),
        ("North Korean", "KP"),
        ("South  Sudanese", "SS"),
        ("Nigerien", "NE"),
        ("Nigerian", "NG"),
        ("Bissau-Guinean", "GW"),
        ("Saudi Arabian", "SA"),
        ("Palestinian", "PS"),
        ("Congolese (DRC)", "CD"),
        ("Congolese (Republic of the Congo)", "CG"),
        ("Korean (North)", "KP"),
        ("Dominican (Dominican Republic)", "DO"),
        ("Iranian (Iran)", "IR"),
        ("Iraqis", "IQ"),
        ("British (dual)", "GB"),
        ("Iran (dual national)", "IR"),
        ("Chinese (PRC)", "CN"),
        ("Iraq (Iraqi)", "IQ"),
        ("Citizen of Belarus", "BY"),
        ("DPRK national", "KP"),
        ("U.S. citizen", "US"),
        ("Briton", "GB"),
        ("Tunesian", "TN"),
    ],
)
def test_demonyms(text: str, code: str) -> None:
    assert countries.code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "Congolese",
        "Dominican",
        "Guinean",
        "Korean",
        "Persian",
        "Arab",
        "Kurdish",
        "Soviet-era",
        "Russian (until 2014)",
        "Afghan (Iran)",
        "Congolese (or Rwandan)",
    ],
)
def test_what_may_be_several_states_or_none_has_no_code(text: str) -> None:
    assert countries.code(text) is None


def test_every_demonym_stands_for_a_country_that_tables_may_hold() -> None:
    assert {code for word in demonyms.WORDS if (code := countries.code(word))} <= countries.ALL
    assert all(countries.code(word) for word in demonyms.WORDS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Iraqi, Iranian", (("IQ", "Iraqi"), ("IR", "Iranian"))),
        ("Russia / Ukraine", (("RU", "Russia"), ("UA", "Ukraine"))),
        ("Dual British and Iranian", (("GB", "British"), ("IR", "Iranian"))),
        ("Dual: Iran/Iraq", (("IR", "Iran"), ("IQ", "Iraq"))),
        ("(1) Iran (2) Iraq", (("IR", "Iran"), ("IQ", "Iraq"))),
        ("Trinidad and Tobago", (("TT", "Trinidad and Tobago"),)),
        ("Iranian, Martian", ((None, "Iranian, Martian"),)),
        ("  ", ()),
    ],
)
def test_several_countries_in_one_text(text: str, found: tuple[tuple[str | None, str], ...]) -> None:
    assert countries.several(text) == found
