"""Prisoners Defenders' pages: what is read by which label, what is withheld, and what stops a page."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html import escape
from typing import Any

import pytest

from sources.registry import FOLDER, load, samples
from tests.builders import content, everything, parsed
from transforms.prisoners import cu_prisonersdefenders
from transforms.reading.declaration import Withheld
from transforms.reading.html import fold
from transforms.reading.parse_result import ParseResult, SourceFormatError, parse

SOURCE = "cu_prisonersdefenders"
OTERO = {
    "Fecha de detención": "11/07/2021",
    "Tipo de delito": "Desacato, Desórdenes públicos",
    "Condena": "5 años",
    "Prisión": "Prisión Guanajay, Artemisa",
}
MARKUPS = {
    "strong": "<p><strong>{0}:</strong> {1}</p>",
    "strong, colon outside": "<div><b>{0}</b>: {1}</div>",
    "list": "<li><span class='label'>{0}</span><span>{1}</span></li>",
    "definitions": "<dt>{0}</dt><dd>{1}</dd>",
    "table": "<tr><th>{0}</th><td>{1}</td></tr>",
    "widgets": "<div class='widget'><div><h2>{0}</h2></div></div><div class='widget'><div>{1}</div></div>",
    "plain": "{0}: {1}<br>",
    "one line": " {0}: {1} ",
    "unclosed": "<p><b>{0}:</b> {1}",
    "upper case": "<p>{0:S}: {1}</p>",
}


class _Label(str):
    def __format__(self, spec: str) -> str:
        return self.upper() if spec else str(self)


def page(
    labels: Mapping[str, str] = OTERO,
    name: str = "Luis Manuel Otero Alcántara",
    markup: str = MARKUPS["strong"],
    before: str = "",
    after: str = "",
) -> bytes:
    body = "".join(markup.format(_Label(label), value) for label, value in labels.items())
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{name} - Prisoners Defenders</title></head>"
        f"<body>{before}<h1>{name}</h1>{body}{after}</body></html>"
    ).encode()


def read(pages: Mapping[str, bytes]) -> ParseResult:
    snapshot = parse(
        SOURCE,
        "prisoners.cu_prisonersdefenders",
        {name: io.BytesIO(data) for name, data in pages.items()},
        {},
    )
    for report in snapshot.files.values():
        assert report.declared == report.parsed + report.quarantined + report.outside
    return snapshot


def only(data: bytes) -> ParseResult:
    return read({"luis-manuel-otero-alcantara.html": data})


def one(data: bytes) -> dict[str, Any]:
    return parsed(only(data), "prisoners")[0]


def said(**labels: str) -> tuple[dict[str, Any], ParseResult]:
    """The row of a page with these labels, `_` for a space in them."""
    snapshot = only(page({label.replace("_", " "): text for label, text in labels.items()}))
    return parsed(snapshot, "prisoners")[0], snapshot


def sample(date: str) -> dict[str, bytes]:
    """A sample's pages of people: what the list's own pages lead to."""
    folder = samples(SOURCE) / date
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("lista-")}


# The samples


def test_the_samples_tell_what_happened() -> None:
    found = {
        day: {row["name"]: row for row in parsed(read(sample(day)), "prisoners")}
        for day in ("2025-01-10", "2025-02-10", "2025-11-10")
    }
    navarro = [rows["Félix Navarro Rodríguez"] for rows in found.values()]
    assert [row["status"] for row in navarro] == ["detained", "unknown", "detained"]
    assert [row["status_raw"] for row in navarro] == [None, "Libertad condicional bajo amenazas", None]
    assert [row["facility"] is None for row in navarro] == [False, True, False]
    assert "José Daniel Ferrer García" not in found["2025-11-10"]  # who leaves the list leaves it silently
    assert {row["status"] for row in found["2025-01-10"].values()} == {"detained"}


def test_a_sample_page_holds_what_it_says() -> None:
    snapshot = read(sample("2025-01-10"))
    row = next(row for row in parsed(snapshot, "prisoners") if row["name"] == "Luis Manuel Otero Alcántara")
    assert {key: row[key] for key in row if row[key] not in (None, []) and key != "sentence_kind"} == {
        "record_id": f"{SOURCE}:luis-manuel-otero-alcantara",
        "source_id": SOURCE,
        "name": "Luis Manuel Otero Alcántara",
        "gender": "male",
        "country": "CU",
        "status": "detained",
        "recognised": True,
        "designation": "political prisoner",
        "arrest_date": "2021-07-11",
        "arrest_date_precision": "day",
        "arrest_date_raw": "11/07/2021",
        "sentence_raw": "5 años",
        "sentence_months": 60.0,
        "charges": ["Desacato", "Desórdenes públicos", "Ultraje a los símbolos de la patria"],
        "facility": "Prisión Guanajay",
        "facility_place": "Artemisa",
        "facility_country": "CU",
        "case_url": "https://lista.prisonersdefenders.org/prisioneros/luis-manuel-otero-alcantara/",
    }
    names = [name for name in parsed(snapshot, "names") if name["record_id"] == row["record_id"]]
    assert [(name["name"], name["kind"], name["lang"]) for name in names] == [(row["name"], "primary", "es")]


# Labels, whatever the markup


@pytest.mark.parametrize("markup", MARKUPS.values(), ids=list(MARKUPS))
def test_any_markup_gives_the_same_row(markup: str) -> None:
    snapshot = only(page(markup=markup))
    assert content(snapshot) == content(only(page()))
    assert not snapshot.unknown - only(page()).unknown


def test_labels_in_another_order_give_the_same_row() -> None:
    assert one(page(dict(reversed(OTERO.items())))) == one(page())


def test_labels_are_known_without_accents_and_in_any_case() -> None:
    renamed = {
        "fecha de detencion": OTERO["Fecha de detención"],
        "TIPO DE DELITO": OTERO["Tipo de delito"],
        "Condena": OTERO["Condena"],
        "PRISIÓN": OTERO["Prisión"],
    }
    assert one(page(renamed)) == one(page())


def test_charges_may_be_links_or_a_list() -> None:
    expected = ["Desacato", "Desórdenes públicos"]
    links = "<p>Tipo de delito: <a href='/d/1'>Desacato</a>, <a href='/d/2'>Desórdenes públicos</a></p>"
    items = "<h3>Tipo de delito</h3><ul><li>Desacato</li><li>Desórdenes públicos</li></ul><p>Más</p>"
    for markup in (links, items):
        assert one(page({}, after=markup))["charges"] == expected
    assert one(page({}, after="<li>Tipo de delito: Desacato</li><li>Otra cosa</li>"))["charges"] == [
        "Desacato"
    ]


def test_a_label_within_a_value_is_none_without_a_capital_and_a_colon() -> None:
    row = one(page({"Condena": "5 años de prisión", "Prisión": "Prisión Guanajay, Artemisa"}))
    assert (row["sentence_raw"], row["facility"]) == ("5 años de prisión", "Prisión Guanajay")
    row = one(page({"Condena": "5 años Salida de prisión: 2026"}))
    assert (row["sentence_raw"], row["facility"]) == (None, None)  # the text goes on, in words of no sentence


def test_a_value_ends_at_a_label_that_nobody_knows() -> None:
    snapshot = only(
        page(
            {},
            after="<p><b>Condena:</b> 5 años <b>Lugar del trabajo:</b> Secreto</p><p>Prisión: Guanajay</p>",
        )
    )
    assert parsed(snapshot, "prisoners")[0]["sentence_raw"] == "5 años"
    assert snapshot.unknown["label that we do not know"] == 1
    assert "Secreto" not in everything(snapshot)


def test_a_label_twice_counts_once_and_another_value_is_told() -> None:
    snapshot = only(page(after="<p>Condena: 5 años</p>"))
    assert content(snapshot) == content(only(page()))
    snapshot = only(page(after="<p>Condena: 8 años</p>"))
    assert parsed(snapshot, "prisoners")[0]["sentence_raw"] == "5 años"
    assert snapshot.unknown["label condena: stands there again, with another value"] == 1


def test_what_follows_the_heading_goes_before_what_precedes_it() -> None:
    assert one(page(before="<div>Condena: 8 años</div>"))["sentence_raw"] == "5 años"


def test_a_value_that_is_missing_is_not_the_next_one() -> None:
    row = one(page({"Condena": "", "Prisión": "Prisión Guanajay, Artemisa"}))
    assert (row["sentence_raw"], row["facility"]) == (None, "Prisión Guanajay")


@pytest.mark.parametrize(
    "card",
    [
        "<div><a href='/prisioneros/maykel-castillo-perez/'>Osorbo</a><p>Prisión: Otra</p></div>",
        "<div><h3>Osorbo</h3><p>Prisión: Otra</p><a href='https://x.org/prisioneros/maykel-castillo-perez'>+</a></div>",
        "<a href='/prisioneros/maykel-castillo-perez/'><h1>Osorbo</h1><p>Prisión: Otra</p></a>"
        "<div><a href='/prisioneros/felix-navarro-rodriguez/'>F</a><p>Estado penal: Fallecido</p></div>",
    ],
)
def test_another_persons_card_is_not_read(card: str) -> None:
    plain = page({"Condena": "5 años"})
    assert content(only(page({"Condena": "5 años"}, after=f"<section>{card}</section>"))) == content(
        only(plain)
    )


def test_links_to_the_page_itself_and_to_others_in_the_menu_leave_it_alone() -> None:
    link = "<a href='/prisioneros/luis-manuel-otero-alcantara/'>+</a><a href='/prisioneros/page/2/'>2</a>"
    menu = "<nav><a href='/prisioneros/felix-navarro-rodriguez/'>Siguiente</a></nav>"
    assert one(page(before=menu, after=f"<p>{link}</p>{menu}")) == one(page())


def test_scripts_styles_menus_and_forms_say_nothing() -> None:
    noise = (
        "<script>var a = '<p>Condena: 30 años</p>'</script><style>p::before{content:'Prisión: Otra'}</style>"
        "<nav>Prisión: Otra</nav><form><label>Prisión:</label><select><option>Otra</option></select></form>"
        "<!-- <p>Condena: 30 años</p> --><noscript>Condena: 30 años</noscript>"
        "<template><p>Condena: 30 años</p></template><svg><text>Condena: 30 años</text></svg>"
    )
    snapshot = only(page(before=noise, after=noise))
    assert content(snapshot) == content(only(page()))
    assert not snapshot.unknown - only(page()).unknown


# Values


@pytest.mark.parametrize(
    ("labels", "status", "raw"),
    [
        ({"Prisión": "Prisión Guanajay, Artemisa"}, "detained", None),
        ({"Prisión": "No disponible"}, "unknown", None),
        ({"Prisión": "No disponible", "Condena": "Prisión Provisional"}, "detained", "Prisión Provisional"),
        ({"Condena": "9 años"}, "unknown", None),
        ({"Prisión": "Libertad condicional bajo amenazas"}, "unknown", "Libertad condicional bajo amenazas"),
        (
            {"Estado penal": "Licencia Extrapenal bajo amenazas"},
            "unknown",
            "Licencia Extrapenal bajo amenazas",
        ),
        (
            {"Estado penal": "Régimen carcelario-domiciliar bajo amenazas de facto"},
            "unknown",
            "Régimen carcelario-domiciliar bajo amenazas de facto",
        ),
        (
            {
                "Estado penal": "Auto de medida cautelar de fianza bajo amenazas",
                "Condena": "Prisión Provisional",
            },
            "unknown",
            "Auto de medida cautelar de fianza bajo amenazas",
        ),
        (
            {"Estado penal": "Bajo auto fiscal de medida cautelar y amenazas"},
            "unknown",
            "Bajo auto fiscal de medida cautelar y amenazas",
        ),
        (
            {"Estado penal": "Trabajo Forzoso sin internamiento", "Prisión": "Prisión Guanajay, Artemisa"},
            "unknown",
            "Trabajo Forzoso sin internamiento",
        ),
        ({"Estado penal": "Prisión domiciliaria"}, "unknown", "Prisión domiciliaria"),
        ({"Estado penal": "Excarcelada"}, "unknown", "Excarcelada"),
        ({"Estado penal": "En libertad"}, "released", "En libertad"),
        ({"Estado penal": "Liberado."}, "released", "Liberado"),
        ({"Estado penal": "En libertad bajo fianza"}, "unknown", "En libertad bajo fianza"),
        ({"Estado penal": "En libertad a la espera de juicio"}, "unknown", None),
        (
            {"Estado penal": "Excarcelado por cumplimiento íntegro de condena"},
            "released",
            "Excarcelado por cumplimiento íntegro de condena",
        ),
        ({"Estado penal": "Fallecido", "Prisión": "Prisión Guanajay, Artemisa"}, "died", "Fallecido"),
        ({"Estado penal": "Desterrada"}, "exiled", "Desterrada"),
        ({"Prisión": "Exiliado"}, "exiled", "Exiliado"),
        ({"Estado penal": "En prisión"}, "detained", "En prisión"),
        ({"Estado penal": "En prisión domiciliaria"}, "unknown", "En prisión domiciliaria"),
        ({"Estado penal": "Madre fallecida", "Prisión": "Prisión Guanajay, Artemisa"}, "unknown", None),
    ],
)
def test_a_status_is_what_the_page_says_outright(
    labels: dict[str, str], status: str, raw: str | None
) -> None:
    row = one(page(labels))
    assert (row["status"], row["status_raw"]) == (status, raw)


def test_a_day_of_release_is_read_where_it_is_one() -> None:
    row = one(page({"Estado penal": "Liberado el 16/01/2025"}))
    assert (row["status"], row["release_date"]) == ("released", "2025-01-16")
    assert one(page({"Estado penal": "Excarcelado el 16/01/2025"}))["release_date"] is None


def test_of_a_status_the_phrase_is_all_that_is_taken() -> None:
    row, snapshot = said(
        Estado_penal="Licencia extrapenal por un cáncer", Prisión="Licencia extrapenal, en casa"
    )
    assert row["status_raw"] == "Licencia extrapenal"
    assert snapshot.unknown["estado penal: more than a status, left out"] == 1
    assert "cáncer" not in everything(snapshot) and "casa" not in everything(snapshot)
    row, snapshot = said(Estado_penal="Vive con su madre")
    assert (row["status"], row["status_raw"], row["facility"]) == ("unknown", None, None)
    assert snapshot.unknown["estado penal: not known"] == 1
    assert "madre" not in everything(snapshot)


@pytest.mark.parametrize(
    "text", ["Prisión Provisional", "Pendiente de juicio/sentencia/ejecución", "Petición fiscal: 6 años", "-"]
)
def test_no_sentence_is_none(text: str) -> None:
    row, snapshot = said(Condena=text)
    assert (row["sentence_raw"], row["sentence_months"], row["sentence_kind"]) == (None, None, None)
    assert not snapshot.unknown


def test_a_bare_number_is_no_term() -> None:
    row, snapshot = said(Condena="13")
    assert (row["sentence_raw"], row["sentence_months"]) == ("13", None)
    assert snapshot.unknown["condena: form not known"] == 1


def test_sentences_that_tell_of_health_or_a_story_are_left_out() -> None:
    for text in ("Internado en un hospital", "5 años, y está enfermo", "5 años " * 40):
        row, snapshot = said(Condena=text)
        assert row["sentence_raw"] is None
        assert sum(snapshot.unknown.values()) == 1
        assert text not in everything(snapshot)


def test_other_fields() -> None:
    row, snapshot = said(
        Sexo="Femenino",
        Fecha_de_nacimiento="05/1980",
        Categoría="Convictos de Conciencia",
        Edad="45 años",
        Organización_política="UNPACU",
        Tipo_de_delito="Desacato",
    )
    assert (row["gender"], row["birth_date"], row["birth_date_precision"]) == ("female", "1980-05", "month")
    assert row["designation"] == "political prisoner: convict of conscience"
    assert not snapshot.unknown and "45" not in everything(snapshot) and "UNPACU" not in everything(snapshot)


@pytest.mark.parametrize(
    ("text", "designation", "known"),
    [
        ("Condenada de conciencia", "political prisoner: condemned of conscience", True),
        ("Otros presos políticos", "political prisoner", True),
        ("Algo nuevo", "political prisoner", False),
    ],
)
def test_categories(text: str, designation: str, known: bool) -> None:
    row, snapshot = said(Categoría=text)
    assert row["designation"] == designation
    assert bool(snapshot.unknown) != known


@pytest.mark.parametrize("text", ["31/02/2021", "en casa de su madre", "9" * 5_000, "11/07/21"])
def test_what_is_no_date_is_counted_and_not_kept(text: str) -> None:
    row, snapshot = said(Fecha_de_detención=text)
    assert (row["arrest_date"], row["arrest_date_raw"]) == (None, None)
    assert snapshot.unknown == {"fecha de detencion: not a date": 1}


def test_the_sex_stands_in_a_line_of_its_own() -> None:
    assert one(page(after="<p>Mujer, menor de edad en la detención</p>"))["gender"] == "female"
    assert one(page(after="<p>Mujer que espera</p>"))["gender"] is None
    both = "<p>Mujer, mayor de edad en la detención</p><p>Hombre, mayor de edad en la detención</p>"
    assert one(page(after=both))["gender"] is None


def test_the_name_is_the_heading_or_the_start_of_the_title() -> None:
    data = page(before="<h1>Prisoners Defenders</h1>").replace(b"<h1>Luis ", b"<h1>L<i>ui</i>s<br>")
    assert one(data)["name"] == "Luis Manuel Otero Alcántara"
    data = page().replace(b"h1>", b"h4>")
    assert one(data)["name"] == "Luis Manuel Otero Alcántara"


# What is withheld


def test_nothing_withheld_comes_out() -> None:
    labels = [
        label for group in load(FOLDER / f"{SOURCE}/source.yml").withheld for label in group.split(", ")
    ]
    fields = cu_prisonersdefenders.FIELDS
    withheld = {label for label, rule in fields.items() if isinstance(rule, Withheld)}
    assert {fold(label) for label in labels} <= withheld
    for markup in MARKUPS.values():
        every = [*labels, *withheld]
        body = "".join(markup.format(_Label(label), "Sentinela 77") for label in every)
        snapshot = only(page(markup=markup, after=body + "<p>Sentinela 77</p>"))
        assert "Sentinela" not in everything(snapshot)
        assert parsed(snapshot, "prisoners") == parsed(only(page()), "prisoners")


def test_a_page_that_is_rejected_tells_nothing_of_itself() -> None:
    data = b"<html><h1>Sentinela 77</h1><p>Sentinela 77</p></html>"
    snapshot = read({"a.html": data, "b.html": page()})
    assert [(q["file"], q["locator"], q["reason"], q["raw"]) for q in snapshot.quarantine] == [
        ("a.html", "page", "no label that we know", None)
    ]
    assert "Sentinela" not in everything(snapshot)
    with pytest.raises(SourceFormatError) as error:
        only(data)
    assert "Sentinela" not in str(error.value)


# Pages that are none, or out of bounds


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no web page"),
        (b"{}", "no web page"),
        (b"%PDF-1.7", "no web page"),
        (b"<?xml version='1.0'?><list/>", "no web page"),
        (b"<html><head><title>403 Forbidden</title></head></html>", "no label"),
        (page({}), "no label"),
        (page({"Provincia": "La Habana"}), "no label"),
        (page(name=""), "no name"),
        (page(name="a " * 200), "no name"),
        (page().replace("ó".encode(), b"\xf3"), "not UTF-8"),
        (page().decode().encode("utf-16"), "not UTF-8"),
        (page(before="<div>" * 60_000), "nested too deep"),
        (page(before="<b>" * 300), "nested too deep"),
        (page(after="<p>" * 60_000), "more than 50,000 elements"),
        (page(before=f"<p title='{'a' * 10_000_000}'>"), "longer than 3,000,000 bytes"),
        (page(before=f"<p>{'a' * 10_000_000}</p>"), "longer than 3,000,000 bytes"),
        (
            page().replace(
                b"<body>",
                b"<link rel='canonical' href='https://lista.prisonersdefenders.org/prisioneros/otro/'><body>",
            ),
            "another person's",
        ),
    ],
)
def test_one_bad_page_does_not_stop_the_list(data: bytes, reason: str) -> None:
    snapshot = read({"a.html": data, "b.html": page()})
    assert reason in str(snapshot.quarantine[0]["reason"])
    assert [snapshot.files[name].parsed for name in ("a.html", "b.html")] == [0, 1]
    with pytest.raises(SourceFormatError, match=r"a\.html: ") as error:
        read({"a.html": data})
    assert "\n" not in str(error.value)


def test_a_page_just_within_the_bounds_is_quick() -> None:
    links = "".join(f"<a href='/prisioneros/p{number}/'>Prisión: X</a>" for number in range(20_000))
    wide = page(after="<div>" * 150 + links)
    assert one(wide) == one(page())
    assert one(page(after="<i>a</i> " * 30_000)) == one(page())
    assert one(page(after="Condena: " * 100_000))["sentence_raw"] == "5 años"
    assert one(page({"Condena": "a" * 1_000_000}, after="Condena: b<br>" * 20_000))["sentence_raw"] is None


def test_other_encodings() -> None:
    latin = page().replace(b"charset='utf-8'", b'charset="ISO-8859-1"').decode().encode("latin-1")
    assert content(only(latin)) == content(only(page()))
    assert content(only(page().decode().encode("utf-8-sig"))) == content(only(page()))
    wrong = page().replace(b"charset='utf-8'", b"charset='iso-8859-1'")  # it says so, and is UTF-8
    assert content(only(wrong)) == content(only(page()))


def test_entities() -> None:
    data = page().decode().replace("ó", "&oacute;").replace("ñ", "&#241;").replace(", ", ",&nbsp;").encode()
    assert one(data) == one(page())
    found = one(
        page({"Tribunal": escape("Tribunal Provincial de <b>Granma</b>"), "Condena": escape("5 años")})
    )
    assert (found["court"], found["sentence_raw"]) == ("Tribunal Provincial", "5 años")


def test_files() -> None:
    for name in ("prisoners.csv", "Ñ.html", "a b.html", "a.html.html"):
        with pytest.raises(SourceFormatError, match="not a file of this source"):
            read({name: page()})
    with pytest.raises(SourceFormatError, match="no page of a person"):
        read({})


def test_a_page_of_the_list_is_no_person() -> None:
    [pages] = load(FOLDER / f"{SOURCE}/source.yml").pages
    assert not pages.is_content("lista-1.html") and pages.is_content("felix-navarro-rodriguez.html")
    listed = (samples(SOURCE) / "2025-01-10/lista-1.html").read_bytes()
    snapshot = read({"lista-1.html": listed, "b.html": page()})
    assert [record["reason"] for record in snapshot.quarantine] == ["no label that we know"]
