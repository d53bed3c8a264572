"""The tables of given names and of bodies' legal forms: what they hold together, and what they keep apart."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow as pa
import pytest

import transforms.names
from transforms.names import name_parts

FOLDER = Path(transforms.names.__file__).parent


def lines(file: str) -> list[list[str]]:
    text = (FOLDER / file).read_text("utf-8").splitlines()
    return [line.split("\t") for line in text if line and not line.startswith("#")]


def folded(spelling: str) -> str:
    """Without the accents on Latin letters; Cyrillic й and ё are letters of their own."""
    plain = unicodedata.normalize("NFD", spelling)
    return "".join(c for c in plain if not unicodedata.combining(c)) if plain[0] < "\u0300" else spelling


NAMES = {fields[0]: fields[1:] for fields in lines("given_names.tsv") if not fields[0].startswith("~")}
ROOT_OF = {
    folded(spelling): root for root, (_, variants) in NAMES.items() for spelling in (root, *variants.split())
}


def part(name: str, kind: str) -> set[str]:
    found = name_parts.parse_names(pa.chunked_array([[name]])).to_pylist()
    return {row["root"] for row in found if row["kind"] == kind}


def test_each_line_of_the_given_names_is_a_label_a_gender_and_spellings() -> None:
    labels = Counter(fields[0] for fields in lines("given_names.tsv"))
    assert [label for label, count in labels.items() if count > 1] == []
    wrong = [
        root
        for root, (gender, variants) in NAMES.items()
        if not (root.isascii() and root.isalpha() and root.islower() and gender in {"m", "f", "-"})
        or len(set(variants.split())) < len(variants.split())
        or variants != variants.lower()
        or not all(name_parts.readings(v) == [v] and "-" not in v for v in variants.split())
    ]
    assert wrong == []


def test_no_spelling_is_of_two_given_names() -> None:
    roots = defaultdict(set)
    for root, (_, variants) in NAMES.items():
        for spelling in (root, *variants.split()):
            roots[folded(spelling)].add(root)
    assert {spelling: found for spelling, found in roots.items() if len(found) > 1} == {}


def test_stems_of_patronymics_are_of_given_names_of_men() -> None:
    stems = {fields[0][1:]: fields[1:] for fields in lines("given_names.tsv") if fields[0].startswith("~")}
    assert [root for root in stems if root not in NAMES or NAMES[root][0] == "f"] == []
    assert [root for root, fields in stems.items() if len(fields) != 1 or not fields[0].split()] == []


@pytest.mark.parametrize(
    "spellings",
    [
        "Уладзімір Владимир Володимир Uladzimir Uładzimir Vladimir Volodymyr Włodzimierz Wladimir",
        "Аляксандр Александр Олександр Aliaksandr Alaksandr Aleksandr Alexander Oleksandr",
        "Аляксей Алексей Олексій Aliaksei Aleksey Alexei Oleksii Oleksiy Aleksej Alexey",
        "Андрэй Андрей Андрій Andrei Andrey Andriy Andrzej Andrew",
        "Анатоль Анатолий Анатолій Anatol Anatoly Anatoli Anatolii",
        "Дзмітрый Дмитрий Дмитро Dzmitry Dmitry Dmitri Dmitriy Dmytro Зміцер Zmicier",
        "Яўген Евгений Євген Yauhen Yevgeny Evgeny Evgenii Yevhen Jewgeni Jevgenij Evgueni",
        "Генадзь Геннадий Геннадій Henadz Gennady Gennadiy Hennadii Guennadi Hienadź",
        "Рыгор Григорий Григорій Ryhor Grigory Hryhorii Gregory",
        "Мікалай Мікола Николай Микола Mikalai Mikola Nikolai Nikolay Mykola Nicholas Nikolaj",
        "Міхаіл Михаил Михайло Mikhail Michail Mykhailo Michael Michał",
        "Павел Павло Pavel Pavlo Paweł Paul",
        "Пётр Петр Петро Piotr Pyotr Petro Peter Petr",
        "Сяргей Сергей Сергій Серґій Siarhei Siarhiej Sergei Sergey Serhiy Serhii Serge Sergej Serguei",
        "Фёдар Хведар Фёдор Федір Fiodar Fyodor Fedor Fedir Fjodor",
        "Ігар Игорь Ігор Ihar Igor Ihor",
        "Алег Олег Aleh Oleg Oleh",
        "Піліп Філіп Филипп Пилип Filipp Philip Pylyp",
        "Язэп Іосіф Иосиф Йосип Yazep Iosif Joseph Yosyp Josip",
        "Якаў Яков Яків Yakau Yakov Yakiv Jacob",
        "Ілья Илья Ілля Illia Ilya Ilia Ilja",
        "Леў Лев Leu Lev Leo",
        "Вячаслаў Вячеслав В'ячеслав Viachaslau Vyacheslav Viacheslav Vjatjeslav Wjatscheslaw",
        "Юрый Юры Юрий Юрій Yury Yuri Yuriy Yurii Jury Jurij Iouri",
        "Васіль Василий Василь Vasil Vasily Vasiliy Vasyl",
        "Канстанцін Константин Костянтин Kanstantsin Konstantin Kostiantyn Constantine",
        "Нічыпар Никифор Nikifor",
        "Сцяпан Степан Stsiapan Stepan",
        "Наталля Наталья Наталия Наталія Natallia Natalya Natalia Nataliia",
        "Таццяна Татьяна Тетяна Tatsiana Tatiana Tatyana Tetiana",
        "Алена Елена Олена Alena Elena Yelena Olena Jelena",
        "Ганна Анна Hanna Anna",
        "Вольга Ольга Volha Olga Olha",
        "Кацярына Екатерина Катерина Katsiaryna Ekaterina Yekaterina Kateryna Jekaterina",
        "Святлана Светлана Світлана Sviatlana Svetlana Svitlana",
        "Дар'я Дарья Дарыя Дарія Darya Daria",
        "Юлія Юлия Yuliya Yulia Julia Julija Yuliia",
        "Muhammad Mohammed Mohamed Muhammed محمد Мухаммад Мохаммед",
        "Ahmad Ahmed Axmed أحمد احمد Ахмед Ахмад",
        "Husayn Hussein Hossein Husain حسين Хусейн",
        "Yusuf Yousef Youssef Yousif يوسف Юсуф Юсеф",
        "Uthman Osman Othman عثمان Осман",
        "Qasim Qassem Kassem Ghasem قاسم",
        "Jafar Ja'far Jaafar Djafar جعفر Джафар",
        "Sulayman Suleiman Soleiman سليمان Сулейман",
        "Abdulrahman Abdurrahman Abdelrahman عبدالرحمن Абдурахман",
        "Abdulaziz Abdelaziz عبدالعزيز Абдулазиз",
        "Reza Rida رضا",
        "Ilham Ильхам",
        "Giorgi გიორგი Георгий Georgy",
        "Hovhannes Ованес Հովհաննես",
        "Slobodan Слободан",
        "Ramadan Ramazan Ramzan رمضان Рамзан",
    ],
)
def test_one_given_name_in_many_spellings(spellings: str) -> None:
    found = {spelling: part(f"{spelling} Zzyzx", "given") for spelling in spellings.split()}
    assert len({frozenset(roots) for roots in found.values()}) == 1 and all(found.values()), found


@pytest.mark.parametrize(
    ("spelling", "root"),
    [
        ("Eugene", "evgeny"),
        ("Евгения", "evgenia"),
        ("Alexandre", "aleksandr"),
        ("Aleksandra", "aleksandra"),
        ("Павло", "pavel"),
        ("Павла", "pavla"),
        ("Ghassan", "ghassan"),
        ("Hassan", "hasan"),
        ("Reza", "reza"),
        ("Rosa", "roza"),
        ("Magomed", "magomed"),
        ("Mohammed", "muhammad"),
        ("عمر", "umar"),
        ("عامر", "amer"),
    ],
)
def test_of_two_names_that_sound_alike_the_spelling_says_which(spelling: str, root: str) -> None:
    assert part(f"{spelling} Zzyzx", "given") == {root}


@pytest.mark.parametrize(
    "names",
    [
        "muhammad mahmud ahmad hamid hamad hamed",
        "muhammad mehmet",
        "ahmad akhmat ahmet",
        "salim salem salih salah salam sulayman salman",
        "hasan husayn husni hassine",
        "rashid rashed rashad",
        "said saad sayyid saida",
        "umar amr ammar amer",
        "nasir nasr nazir nadir",
        "karim karam kamal kamil",
        "yury georgy egor igor",
        "ivan yan ioann",
        "vladimir vladislav vlad vladlen",
        "viktor viktoria",
        "valery valeria valentin valentina",
        "aleksandr aleksandra aleksei ales",
        "evgeny evgenia",
        "stepan stefan",
        "vitaly vitalia vitold",
        "daniil daniela danilova",
        "anton antony antonina",
        "arseny arsen artem artemy",
        "yakov yakub",
        "mikhail mikhas",
        "maria marina marta marianna",
        "yulia yuliana ulyana",
        "natalia nadezhda",
        "andrei andranik",
        "semen simon",
        "elena alina elina helena",
        "abdallah abdalaziz abdalrahman abdalrahim",
    ],
)
def test_different_given_names_are_kept_apart(names: str) -> None:
    found = [ROOT_OF.get(name, name) for name in names.split()]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "names",
    [
        "Іван Уладзіміравіч Доў; Ivan Uladzimiravich Dou; Иван Владимирович Дов; Іван Володимирович Дов",
        "Ганна Мікалаеўна Доў; Анна Николаевна Дов; Anna Nikolayevna Dov; Ганна Миколаївна Дов",
        "Іван Ільіч Доў; Ivan Ilyich Dov; Иван Ильич Дов; Іван Ілліч Дов",
        "Ганна Паўлаўна Доў; Hanna Paulauna Dou; Анна Павловна Дов; Anna Pavlovna Dov; Ганна Павлівна Дов",
        "Іван Пятровіч Доў; Ivan Piatrovich Dou; Иван Петрович Дов; Ivan Petrovich Dov; Іван Петрович Дов",
        "Іван Якаўлевіч Доў; Ivan Yakaulevich Dou; Иван Яковлевич Дов; Іван Якович Дов",
        "Іван Львовіч Доў; Ivan Lvovich Dov; Иван Львович Дов",
        "Ганна Міхайлаўна Доў; Анна Михайловна Дов; Anna Mikhailovna Dov; Ганна Михайлівна Дов",
        "Іван Рыгоравіч Доў; Ivan Ryhoravich Dou; Иван Григорьевич Дов; Іван Григорович Дов",
        "Іван Дзмітрыевіч Доў; Ivan Dzmitryevich Dou; Иван Дмитриевич Дов; Іван Дмитрович Дов",
        "Ганна Юр'еўна Доў; Анна Юрьевна Дов; Anna Yuryevna Dov; Anna Yurievna Dov; Ганна Юріївна Дов",
        "Іван Генадзевіч Доў; Ivan Henadzevich Dou; Иван Геннадьевич Дов; Іван Геннадійович Дов",
        "Іван Васільевіч Доў; Иван Васильевич Дов; Ivan Vasilyevich Dov; Іван Васильович Дов",
        "Іван Анатольевіч Доў; Иван Анатольевич Дов; Ivan Anatolievich Dov; Іван Анатолійович Дов",
        "Іван Яўгенавіч Доў; Ivan Yauhenavich Dou; Иван Евгеньевич Дов; Іван Євгенович Дов",
        "Іван Сяргеевіч Доў; Ivan Siarheevich Dou; Иван Сергеевич Дов; Іван Сергійович Дов",
        "Іван Вячаслававіч Доў; Иван Вячеславович Дов; Іван В'ячеславович Дов",
        "Ганна Ігараўна Доў; Анна Игоревна Дов; Ганна Ігорівна Дов",
        "Ганна Кузьмінічна Доў; Анна Кузьминична Дов; Anna Kuzminichna Dov",
        "Іван Мікітавіч Доў; Иван Никитич Дов; Ivan Nikitich Dov; Іван Микитович Дов",
        "Иван Лукич Дов; Ivan Lukich Dov; Іван Лукіч Доў",
        "Иван Фомич Дов; Ivan Fomich Dov",
        "Иван Магомедович Дов; Ivan Magomedovich Dov",
        "Иван Мусаевич Дов; Ivan Musaevich Dov; Ivan Musayevich Dov",
    ],
)
def test_a_patronymic_leads_to_the_fathers_name_in_every_language(names: str) -> None:
    found = {name: part(name, "patronymic") for name in names.split("; ")}
    assert len({frozenset(roots) for roots in found.values()}) == 1 and all(found.values()), found


FORMS = {fields[0]: fields[1].split("; ") for fields in lines("legal_forms.tsv")}
FORM_OF = {form: label for label, variants in FORMS.items() for form in variants}


def test_each_line_of_the_legal_forms_is_a_label_and_variants_that_are_nowhere_else() -> None:
    labels = [fields[0] for fields in lines("legal_forms.tsv")]
    assert len(set(labels)) == len(labels)
    assert all(label.isascii() and label == label.lower() for label in labels)
    count = Counter(" ".join(form.split()) for forms in FORMS.values() for form in forms)
    assert [form for form, times in count.items() if times > 1 or form != form.lower() or not form] == []


@pytest.mark.parametrize(
    "variants",
    [
        "llc; ooo; ооо; тов; таа; gmbh; ltd; limited; общество с ограниченной ответственностью",
        "jsc; оао; oao; pjsc; зао; аат; s.a.; акционерное общество; адкрытае акцыянернае таварыства; a.ş.",
        "унитарное предприятие; руп; rup; фгуп; fsue; унітарнае прадпрыемства; державне підприємство",
        "тоо; llp; limited liability partnership",
        "fze; fzco; free zone establishment",
        "завод; plant; zavod; factory; usine; مصنع; завода",
        "министерство; ministry; міністэрства; міністерство; ministère; وزارة",
        "банк; bank; banque; بنك; بانک",
        "фонд; foundation; fund; fond; stiftung; بنیاد",
        "scientific production association; нпо; npo; научно-производственное объединение",
        "penal colony; ик; исправительная колония; папраўчая калонія; виправна колонія",
        "кгб; кдб; kgb; state security committee",
    ],
)
def test_one_legal_form_or_word_in_many_languages(variants: str) -> None:
    assert len({FORM_OF.get(form, form) for form in variants.split("; ")}) == 1


@pytest.mark.parametrize(
    "labels", ["ооо; оао; руп; тоо; ано; ип; фгбу", "bank; fund; company; group; corporation"]
)
def test_different_legal_forms_and_words_are_kept_apart(labels: str) -> None:
    forms = labels.split("; ")
    assert len({FORM_OF[form] for form in forms}) == len(forms)
