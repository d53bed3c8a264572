"""The words of sentences in Belarusian, Russian, Ukrainian, English, Spanish and Chinese, and their tokens.

In the word lists, commas separate phrases, `*` stands for any ending, a space also for a hyphen, and `( | )`,
`?` and `.` for alternatives, an option and a full stop. Lists and texts are normalised: case, accents and
quotes make no difference, and neither do traditional Chinese characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple


class Token(NamedTuple):
    """A number (`number`, or the words `tens` and `ones`) with its value, or a word with its meaning."""

    meaning: str
    value: float = 0


# The meanings of words. Kinds of sentences have the contract's name; `filler` may occur anywhere and changes
# nothing; `status` is not a sentence. A term next to `extra` or `probation` (`_after`: only one that follows)
# does not belong to the sentence. `endless` is an additional penalty without a term. Words that could change
# a term (up to, from, reduced, без, не) are deliberately left out: a text with an unknown word is not
# understood.
_WORDS = {
    "year": "years?, yrs?.?, год(а|у|ам|ами|ы|ов)?, лет(ний|него|нему|ним|няя|ней|нюю)?, г., л., "
    "гад(ы|оў|амі|ам|ах), hod(a|u|am)?, had(y|oŭ|ami|am), god(a|u|y|ov)?, gad(y|ou|ow|oŭ), let, "
    "рік, рок(у|и|ів|ам|ами|ом), años?, 年",
    "month": "months?, mos?.?, mths?.?, месяц(а|у|ем|ы|ев|ам|ами|аў|амі)?, мес.?, "
    "miesiac(a|u|y|aŭ|am|ami)?, mesyac(a|ev)?, місяц(ь|я|і|ів|ем|ям|ями), міс.?, mes(es)?, 个月",
    "day": "days?, weeks?, сут(ки|ок|кам|ками|камі|ак), дн(я|ей|ям|ями), день, дзён, дні, дзень, дзянёў, "
    "недел(я|и|ь|ю|ям), тыд(зень|ні|няў), sutak, діб, доб(а|и|у|ам), дн(і|ів|ям), тиж(день|ні|нів), "
    "días?, semanas?, 天, 日, 周",
    "hour": "hours?, час(а|ов|ам|ами)?, гадзін(ы|а|амі|ам)?, годин(и|а|ами|ам)?, horas?, 小时",
    "imprisonment": "imprisonment, imprisoned, incarceration, deprivation of (liberty|freedom), "
    "in (prison|jail), of (prison|jail), prison, jail, (prison|jail) (term|sentence|time), behind bars, "
    "лишени* свободы, (тюремн* )?заключени*, пазбаўле* волі, (турэмн* )?зняволен*, (турэмн* )?зьняволен*, "
    "pazbaŭle* voli, źniavole*, lisheni* svobody, позбавлен* волі, (тюремн* )?увязнен*, "
    "privación de (la )?libertad, prisión, cárcel, reclusión, "
    "有期徒刑, 徒刑, 监禁, 坐牢, 入狱",
    "prison": "((minimum|low|medium|maximum|high) )?security prison, (a|the) prison, prison regime, "
    "тюрьм*, тюремн* режим*, турм*, турэмн* рэжым*, тюрм*, вязниц*, prisión de máxima seguridad",
    "colony": "((penal|corrective|correctional) )?(labou?r )?colony( settlement)?, settlement colony, "
    "penal settlement, (strict|general|special|reinforced|enhanced) regime( (penal )?colony)?, "
    "колони*( поселен*)?, (исправительн*|воспитательн*) колони*, (строг*|общ*|усиленн*|особ*) режим*, "
    "кал(о|ё)ні*( пасялен*)?, (папраўч*|выпраўленч*|выхаваўч*) кал(о|ё)ні*, "
    "(строг*|агульн*|узмоцнен*|ўзмоцнен*|асобаг*|асаблів*) рэжым*, kałoni*, koloni*, "
    "((виправн*|виховн*) )?колоні*( поселен*)?, (загальн*|сувор*|посилен*|особлив*) режим*, "
    # Abbreviated: correctional, penal (in Belarusian), educational colony, settlement
    "[иіi][кk], пк, кп, вк, [іi]k, kp, "
    "(stroh*|ahuln*|uzmocn*) rezym*, (strogo*|obshche*|usilenno*) rezhim*",
    "arrest": "arrest, administrative (arrest|detention), short term imprisonment, "
    "(административн* )?арест(а|у|ом)?, (адміністрацыйн* )?арышт(у|ам|а)?, aryšt(u|am)?, arest(a)?, "
    "(адміністративн* )?арешт(у|ом|ам)?, "
    "arresto( (administrativo|mayor|menor))?, 拘役, 行政拘留",
    "restricted_freedom": "restricted (freedom|liberty), restriction of (freedom|liberty), "
    "(freedom|liberty) restriction, limitation of (freedom|liberty), home confinement, (home|house) arrest, "
    "(home )?chemistry, public surveillance, ограничени* свободы, (домашн* )?хими(я|и|ю|ей), "
    "домашн* арест*, абмежаван* (волі|свабоды), (хатн* )?х(і|и)мі(я|і|ю|яй), хатн* арышт*, "
    "(domashn* )?k?himi(ya|a|ja|i|yu), (chatni*|khatni*|hatni*) (chimi|khimi|himi)(ja|ya|ia|i|ju|yu|jaj), "
    "chimi(ja|i|ju), abmiežava* voli, limitación de (la )?libertad, "
    "(arresto|prisión|reclusión) domiciliari*, 管制, обмежен* волі, домашн* арешт*, "
    # An open institution, and the order not to be sent to one, occur with this sentence only.
    "(без направления )?(в )?[иіi]у[оа]т, iu[oa]t, (без накіраван* )?((у|ў|ва) )?пуат, "
    "без направления, без накіраван*, "
    "без (направления|накіраван*) (у|ў|ва|в) ((исправительн*|папраўч*|выпраўленч*) )?"
    "(учреждени*|(у|ў)станов*)( открыт* типа| адкрыт* тып*)?",
    # Work in custody, or with deductions from the pay: both are measured in months. The publisher of the
    # Cuban list also calls `trabajo correccional sin internamiento` forced labour.
    "forced_labour": "(forced|compulsory|correctional|corrective) labou?r, "
    "re ?education through labou?r, rtl, принудительн* (работ*|труд*), исправительн* работ*, "
    "прымусов* (прац*|работ*), (папраўч*|выпраўленч*) (работ*|прац*), уфиц, "
    "примусов* (прац*|робіт*|робот*), виправн* (робіт*|робот*), "
    "(trabajo|labor) (correccional|forzado|forzoso)( (con|sin) internamiento)?, 劳动教养, 劳教",
    "community_service": "community (service|work), public works?, (обязательн*|общественн*) работ*, "
    "грамадск* (работ*|прац*), громадськ* (робіт*|робот*), trabajo en beneficio de la comunidad, "
    "社会服务令, 社区服务",
    "fine": "fines?, fined, (денежн* )?штраф(а|у|ом|ы)?, (грашов* )?штраф(у|ам)?, štraf(u|am)?, "
    "multas?, 罚金, 罚款",
    "life": "life, (for )?life (imprisonment|sentence|term|in prison|in jail), for life, "
    "lifelong imprisonment, пожизненн*( (срок*|лишени* свободы|заключени*))?, "
    "пажыцц(ё|е)в*( (зняволен*|зьняволен*|пазбаўле* волі|тэрмін*))?, "
    "довічн*( (увязнен*|позбавлен* волі))?, pažycci(o|e)v*( źniavole*)?, "
    "cadena perpetua, (privación|prisión) perpetua( de (la )?libertad)?, 无期徒刑, 无期, 终身监禁",
    "death": "death (penalty|sentence), (sentenced )?to death, capital punishment, suspended death sentence, "
    "смертн* казн*, высш* мер*( наказани*)?, смяр(о|ё)тн* (пакаран*|кар)(а|ы)?, вышэйш* мер*( пакаран*)?, "
    "smiarotn* (pakara*|kara), смертн* кар(а|и|у|ою), расстрел(а|у|ом)?, расстрэл(у|ам)?, розстріл(у|ом)?, "
    "вищ* мір*( покаранн*)?, "
    "pena (de muerte|capital), 死刑, 死缓",
    "suspended": "suspended, suspended (imprisonment|sentence|term), conditional (imprisonment|sentence), "
    "conditionally, условн*( (срок*|осужден*|наказан*))?, умоўн*, umoŭn*, умовн*, "
    "з випробуванням, звільнен* від відбуванн*( покаранн*)?, "
    "suspendid(o|a)s?, remisión condicional( de la (sanción|pena))?",
    "probation": "probation( period)?, probation(ary)? (period|term), испытательн* срок*, "
    "выпрабавальн* тэрмін*, (отсрочк*|адтэрміноўк*)( (исполнени*|выканан*))?( (наказани*|приговора|"
    "пакаран*|прысуду))?, (іспитов*|випробувальн*) (строк*|термін*), período de prueba",
    "probation_after": "缓刑, 缓",
    "extra": "deprivation of (the )?(political|civil|public) rights, reprieve, "
    "deprivation of the right to hold (public )?office, "
    "(pre ?trial|remand|provisional|temporary|preventive) (detention|prison|custody|imprisonment), "
    "detention, detained, under arrest, под арестом, пад арыштам, пад вартай, "
    "лишени* политическ* прав*, с( последующим)? ограничени(ем|я) свободы, (под )?страж(а|у|ей), "
    "сизо, предварительн* заключени*, пазбаўле* палітычн* правоў, сіза, сізо, (триман* )?під вартою, "
    "prisión (provisional|preventiva), privación de derechos( (públicos|políticos|civiles))?",
    "extra_after": "剥夺政治权利, 缓期, 刑事拘留, 监视居住",
    "endless": "lifetime deprivation of political rights, deprivation of political rights for life, "
    "confiscation of( all)?( (his|her))?( personal)? property, конфискаци(я|и|ей)( имущества)?, "
    "канфіскацы(я|і|яй)( маёмасці)?, конфіскаці(я|ї|єю)( майна)?, 剥夺政治权利终身, "
    "没收(个人)?(全部|部分)?财产",
    "replaced": "subsidiad(a|o)s? (por|con), sustituid(a|o)s? por",
    "status": "unknown, not known, no sentence, not (yet )?sentenced, awaiting (trial|sentence), "
    "неизвестно, невядома, невідомо, libertad condicional, licencia extrapenal, "
    "pendiente( de (juicio|sentencia))?, "
    "sin (condena|sentencia|sanción), desconocid(o|a)",
    "for": "for( a (period|term) of)?, на( (срок|строк|термін|тэрмін))?, сроком на, тэрмінам на, "
    "строком на, терміном на, в течение, por, durante",
    "and": "and, plus, и, а также, і, й, ды, а таксама, та, а також, i, y, e, 零, 又, 和, 及, 以及",
    "of": "of, de, del",
    "filler": "a, an, in, the, at, with, under, also, as well as, to be served in, "
    "term, terms, sentence, sentences, penalty, punishment, sentenced( to)?, "
    "(minimum|low|medium|maximum|high|general|strict|special|reinforced|enhanced) security( level)?, "
    "conditions?, regime, (correctional|penal|penitentiary) (facility|institution), facility, institution, "
    "with(out)? (placement|referral|direction|assignment|sending|being sent)( (to|in|into))?, "
    "(an )?open (type )?((correctional|penal) )?(facility|institution), hard labou?r, "
    "в, во, с, со, виде, размере, срок(а|ом)?, наказани(е|я|ем|ю), приговор(у|ом)?, "
    "приговор(е)?н(а|ы)?( к)?, осужд(е)?н(а|ы)?( (к|на))?, режим(а|е)?, условиях, "
    "с отбыванием( наказания)?, реальн*, "
    "исправительн* учреждени*( открыт* типа)?, "
    "с направлением( в)?, без изоляции от общества, "
    "прысуд(у|ам)?, у, ў, ва, з, са, выглядзе, памеры, тэрмін(у|ам)?, пакаран(не|ня|нем|нне|ння|ннем), "
    "асуджан(ы|ая|а)( (да|на))?, прысуджан(ы|ая|а)( да)?, рэжым(у|е)?, умовах, з адбыва*( пакаран*)?, "
    "(папраўч*|выпраўленч*) (ўстанов*|установ*)( адкрыт* тып*)?, (установ*|ўстанов*) адкрыт* тып*, "
    "з накіраван*( (у|ў|ва))?, "
    "у виді, у вигляді, із, зі, розмірі, строк(у|ом)?, термін(у|ом)?, покаранн*, вирок(у|ом)?, "
    "засуджен(ий|а|о|ня)?( (до|на))?, "
    "(мінімальн*|середн*|максимальн*) рівн* безпеки, умовах, "
    "з відбуванн*( покаранн*)?, виправн* (установ*|центр*), "
    # Tried and sentenced in absentia: the kind of sentence is the same.
    "(tried |convicted |sentenced )?in( his| her| their)? absentia( to)?, in (his|her|their) absence, "
    "(по )?заочн*( (решени(е|ю|ем)|приговор(у|ом)?))?, завочн*( прысуд(у|ам)?)?, засуджен(ий|а) заочн* до, "
    "(асуджан|прысуджан)(ы|ая|а) завочн* да, (приговор(е)?н|осужд(е)?н)(а|ы)? заочн* к, "
    "zav?o(ch|č)n*, в отсутстви(е|и)( (обвиняем*|осужд*|подсудим*))?, "
    "(у|ў) адсутнасц(ь|і)( абвінавачан*)?, за відсутності( обвинувачен*)?, "
    "(в|у|ў) (рамках|порядке|парадку) (специальн* производств*|спецпроизводств*|спецыяльн* вытворчасц*|"
    "спецвытворчасц*), en( su)? (ausencia|rebeldía|contumacia), 缺席审判, 缺席判决, 缺席, "
    "en, con, la, el, los, las, al, bajo, pena, sanción, condena, condenad(o|a)( a)?, "
    "sancionad(o|a)( (a|con))?, sentencia, sentenciad(o|a)( a)?, régimen, "
    "被, 判处, 判刑, 判, 处以, 处, 并处, 并, 执行, 决定, 合并, 附加, 刑期, 的",
}
# Order of matching: phrases that contain words of others first, small words last.
_ORDER = {"endless": 0, "for": 2, "and": 3, "of": 3, "filler": 3}
# The description of a lost right, up to the words that state how long.
_LOST_RIGHT = (
    r"(?:лишени|пазбаулен|позбавлен)[^\W\d_]* прав[^\W\d_]*"
    r"(?:,? (?!на |срок|тэрмін|услов|умоу|смягч|сниж|замен|отмен)[^\W\d_]{1,20}){1,10}(?:,(?= сроком на))?"
    r"|ban on(?: (?!for |reduced|suspended|and )[a-z]{1,20}){1,8}"
)
_LOST_HEAD = re.compile(r"ban(?= )|[^\W\d_]+ [^\W\d_]+")
_MONEY = (
    "(base|basic) (value|unit|amount)s?, ((belarusian|belarus|russian) )?ro?ubles?, byn, "
    "rub, usd, eur, (us )?dollars?, euros?, yuan, rmb, cny, hkd, баз(о|а)в*( (величин*|велічын*))?, "
    "б.? ?в.?, ((белорус*|беларус*|российск*|расійск*) )?руб(л*)?.?, cuotas?, pesos?( cubanos)?, cup, "
    "грив(ня|ні|ень|ен), грн.?, uah, bazavy* vieličy*, bazov* velichin*, 元"
)
_AMOUNT = (
    r"(?:[0-9]{1,3}(?:[ .,][0-9]{3}){1,4}|[0-9]{1,9})(?:[.,][0-9]{1,2})? ?"
    r"(?:(?:thousand|million|тыс[^\W\d_]{0,4}|млн|mil|万)\.? ?)?"
)

# Number words from 1, with forms of one number separated by slashes; tens from 20.
_ONES = (
    "one two three four five six seven eight nine",
    "один/одного/одному/одним два/две/двух/двум/двумя три/трех/трем/тремя четыре/четырех/четырем/четырьмя "
    "пять/пяти/пятью шесть/шести/шестью семь/семи/семью восемь/восьми/восемью девять/девяти/девятью",
    "адзін/аднаго/аднаму два/дзве/двух/двум/двума тры/трох/тром/трыма чатыры/чатырох/чатыром/чатырма "
    "пяць/пяці/пяццю шэсць/шасці/шасцю сем/сямі/сямю восем/васьмі/васьмю дзевяць/дзевяці/дзевяццю",
    "один/одного/одному/одним два/дві/двох/двом/двома три/трьох/трьом/трьома "
    "чотири/чотирьох/чотирьом/чотирма пять/пяти/пятьма шість/шести/шістьма сім/семи/сьома "
    "вісім/восьми/вісьма девять/девяти/девятьма",
    "un/uno/una dos tres cuatro cinco seis siete ocho nueve",
)
_TEENS = (
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "десять/десяти одиннадцать/одиннадцати двенадцать/двенадцати тринадцать/тринадцати "
    "четырнадцать/четырнадцати пятнадцать/пятнадцати шестнадцать/шестнадцати семнадцать/семнадцати "
    "восемнадцать/восемнадцати девятнадцать/девятнадцати",
    "дзесяць/дзесяці адзінаццаць/адзінаццаці дванаццаць/дванаццаці трынаццаць/трынаццаці "
    "чатырнаццаць/чатырнаццаці пятнаццаць/пятнаццаці шаснаццаць/шаснаццаці семнаццаць/семнаццаці "
    "васямнаццаць/васямнаццаці дзевятнаццаць/дзевятнаццаці",
    "десять/десяти одинадцять/одинадцяти дванадцять/дванадцяти тринадцять/тринадцяти "
    "чотирнадцять/чотирнадцяти пятнадцять/пятнадцяти шістнадцять/шістнадцяти сімнадцять/сімнадцяти "
    "вісімнадцять/вісімнадцяти девятнадцять/девятнадцяти",
    "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
)
_TENS = (
    "twenty thirty forty",
    "двадцать/двадцати тридцать/тридцати сорок/сорока",
    "дваццаць/дваццаці трыццаць/трыццаці сорак/сарака",
    "двадцять/двадцяти тридцять/тридцяти сорок/сорока",
    "veinte treinta cuarenta",
)
_SIGNS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}

_TRADITIONAL = str.maketrans(
    "個無緩處剝奪權兩勞動養監終執沒財產罰並強療億萬幣決視會務區醫審",
    "个无缓处剥夺权两劳动养监终执没财产罚并强疗亿万币决视会务区医审",
)
_FORMS = str.maketrans(
    {"ł": "l", "½": " 1/2 ", "，": ",", "、": ",", "；": ";", "。": ".", "：": ":", "（": "(", "）": ")"}
    | dict(zip("０１２３４５６７８９", "0123456789", strict=True))
    | dict.fromkeys("‐‑–—−", "-")
    | dict.fromkeys("«»„“”\"‘’ʼ`'", "'")
)
# Other forms of numbers, as in the grammar: `1/2` is added to the preceding number or unit.
_REWRITTEN = (
    (r"'(?![0-9])|(?<![0-9])'", ""),
    (r"(?<!and )(?<!and-)(?<!a )(?<!a-)\b(?:a )?half(?: a|-)? ?year\b", " 0.5 year "),
    (r"\bполу?года\b|\bпаугода\b|\bпів ?року\b|\bmedio ano\b|半年", " 0.5 year "),
    (r"\b(?:полтора|полутора|паутара|pautara|півтора)\b", " 1.5 "),
    (r"\ba year and a half\b|\b(?:un )?ano y medio\b", " 1.5 year "),
    (
        r"[ -](?:and[ -])?(?:a[ -])?half\b-?|\b[сз] (?:половинои|паловаи|половиною)\b|\by medi[oa]\b|半",
        " 1/2 ",
    ),
    (r"\ban? (?=(?:year|month)\b)", " 1 "),
    (r"判([一二三四五六七八九十两0-9]{1,3})缓([一二三四五六七八九十两0-9]{1,3})(?!年|个)", r"判\1年缓\2年"),
    # Abbreviations: `р.` and `м.` are years and months only next to each other, or before the penalty.
    (
        r"\b([0-9]{1,2}) ?(?:р|г|л|y)\b\.?,? ?(?:[iі] |и |та |and )?"
        r"([0-9]{1,2}) ?(?:м[iі]с|мес|мо?|m(?:o|os)?)\b\.?",
        r"\1 year \2 month",
    ),
    (
        r"\b([0-9]{1,2}) ?р(?:р|ок)?\.? (?=позбавл|обмеж|колон|увязн|умовн|тюрм|сувор|загальн|посилен)",
        r"\1 year ",
    ),
    (
        r"(\b[0-9]{1,2} (?:лет|год|года|гады|гадоу|гады|роки|рок[iі]в|р[iі]к|year)) ([0-9]{1,2}) ?м\b\.?",
        r"\1 \2 month",
    ),
    (r"^([0-9]{1,2}) ?y$", r"\1 year"),
    (r"\s+", " "),
)


def fold(text: str) -> str:
    """Normalise a text: case, accents, quotes and traditional characters."""
    text = text.casefold().translate(_FORMS).translate(_TRADITIONAL)
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _regex(phrase: str) -> str:
    """Return a phrase of the word lists as a pattern that ends at a word end."""
    regex = fold(phrase.strip()).replace(".", r"\.").replace("(", "(?:")
    regex = regex.replace(" ", "[ -]").replace("*", r"[^\W\d_]{0,12}")
    return regex if "\u4e00" <= regex[-1] <= "\u9fff" else regex + r"(?![^\W\d_])"


def _number_words() -> dict[str, Token]:
    found = {}
    kinds = ((_ONES, "ones", 1, 1), (_TEENS, "number", 10, 1), (_TENS, "tens", 20, 10))
    for lists, meaning, first, step in kinds:
        for words in lists:
            for place, forms in enumerate(words.split()):
                for form in forms.split("/"):
                    found[fold(form)] = Token(meaning, float(first + place * step))
    return found


_NUMBERS = _number_words()


def _vocabulary() -> tuple[re.Pattern[str], list[str]]:
    """Return one pattern for all tokens, longer phrases first, and the meaning of each group."""
    money = "|".join(_regex(unit) for unit in _MONEY.split(","))
    phrases = [(_regex(phrase), meaning) for meaning, words in _WORDS.items() for phrase in words.split(",")]
    phrases.sort(key=lambda phrase: (_ORDER.get(phrase[1], 1), -len(phrase[0])))
    entries = [
        (rf"{_AMOUNT}(?:{money})|(?:us)?\$ ?{_AMOUNT}", "fine"),
        ("(?:人民币)?[0-9一二三四五六七八九十百千万亿两零.]{1,12}元", "fine"),
        (r"-?1/2(?![0-9/])", "half"),
        # Decimal fractions only if they can only be a half or a quarter: 1.6 may be 1 year 6 months.
        (r"[0-9]{1,4}(?:[.,](?:00?|50?|25|75))?(?![.,]?[0-9])", "figure"),
        ("[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]", "sign"),
        (rf"(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?![^\W\d_])", "word"),
        (_LOST_RIGHT, "extra"),
        (
            r"(?:[иіi][кk]|пк|кп|вк|колони[яи]|кал[ое]н[іи][яи]|колон[іи]я)(?:-| ?№ ?)[0-9]{1,3}(?![^\W_])",
            "colony",
        ),
        (r"(?:тюрьм[аеы]|турм[аеы]|тюрм[аи])(?:-| ?№ ?)[0-9]{1,3}(?![^\W_])", "prison"),
        (r"(?:(?:penal|correctional) )?colony (?:no\.?|№|#) ?[0-9]{1,3}(?![^\W_])", "colony"),
        (r"prison (?:no\.?|№|#) ?[0-9]{1,3}(?![^\W_])", "prison"),
        *phrases,
        (",", "comma"),
        (r"[;:.()\[\]]|(?<= )-(?= )", "break"),
    ]
    return re.compile("|".join(f"({regex})" for regex, _ in entries)), [meaning for _, meaning in entries]


_VOCABULARY, _MEANINGS = _vocabulary()
_GAP = re.compile(r"[ ]|(?<=[^\W_])-(?=[^\W\d_])")


def _sign_value(signs: str) -> float:
    tens, ten, ones = signs.rpartition("十")
    return float((_SIGNS.get(tens, 1) * 10 if ten else 0) + _SIGNS.get(ones, 0))


def _tokens(text: str) -> Iterator[Token | None]:
    at = 0
    while at < len(text):
        if gap := _GAP.match(text, at):
            at = gap.end()
            continue
        match = _VOCABULARY.match(text, at)
        if match is None or match.lastindex is None:
            yield None
            return
        at, meaning = match.end(), _MEANINGS[match.lastindex - 1]
        if meaning == "figure":
            yield Token("number", float(match[0].replace(",", ".")))
        elif meaning == "sign":
            yield Token("number", _sign_value(match[0]))
        elif meaning == "word":
            yield _NUMBERS[match[0]]
        else:
            yield Token(meaning)


def tokens(text: str) -> list[Token] | None:
    """Return the tokens of a text; None if it has an unknown word or sign."""
    text = " ".join(fold(text).split())
    for regex, form in _REWRITTEN:
        text = re.sub(regex, form, text)
    found = list(_tokens(text.strip()))
    return [token for token in found if token] if None not in found else None


def without_rights(text: str) -> str:
    """Remove descriptions of lost rights: `ban on holding office for 2 years` becomes `ban for 2 years`."""
    folded, origin = "", []
    for at, sign in enumerate(text):
        forms = fold(sign)
        folded += forms
        origin += [at] * len(forms)
    kept, end = [], 0
    for right in re.finditer(_LOST_RIGHT, folded):
        head = _LOST_HEAD.match(right[0])
        cut = right.start() + (head.end() if head else 0)
        kept.append(text[end : origin[cut]] if cut < len(origin) else text[end:])
        end = origin[right.end() - 1] + 1
    return " ".join("".join([*kept, text[end:]]).split())
