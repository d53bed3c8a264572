"""The words by which prisons, courts, their places and addresses are known: English, Russian, Belarusian,
Spanish and Chinese. `institutions` takes over nothing that is not said in these words.
"""

from __future__ import annotations

import re

from transforms import names

# Hospitals and colonies for the ill. Abbreviations as Russia's prison service has them.
HEALTH = re.compile(
    r"psychiatr|hospital|medical|treatment|clinic|sanator|disab|illness|infirmar|tubercul|drug rehab"
    r"|психи|псіх|больниц|бальніц|шпітал|лечеб|лечен|лячэб|лячэн|медицин|медыцын|инвалид|інвалід"
    r"|диспансер|дыспансер|туб[её]ркул|тубэркул|psiqui|m[ée]dic[oa]|enferm|sanitari|cl[íi]nic"
    r"|医院|醫院|精神|戒毒|医疗|病犯|就医|(?-i:\b(?:ЛИУ|ФКЛПУ|ЛПУ|ПБСТИН|КТБ|МБ|ОБ|LIU)\b)",
    re.IGNORECASE,
)
# What stands in a field in place of an institution: where the person stands.
STANDING = re.compile(
    r"released|freed|at large|at home|bail|suspended|abroad|exile|restricted freedom|served (?:his|her|their)"
    r"|(?:under |in )?(?:home|house) (?:confinement|arrest|detention)|residential surveillance"
    r"|на свобод|на вол[еі]|(?:под |пад )?(?:домашн|хатн)|освобо|вызвален|подписк|запрет опред|условн|умоўн"
    r"|(?:ограничени|абмежаванн)\w+ (?:свободы|свабоды)|за границ|за мяж|в розыске|у вышуку"
    r"|(?:en )?libertad|licencia|domicili|prisi[oó]n (?:domiciliaria|provisional|preventiva)|arresto|excarcel"
    r"|en su (?:casa|domicilio)|en el exilio|exil|desterr|(?:trabajo \w+ )?sin internamiento|limitaci[oó]n de"
    r"|liberad|监视居住|取保候审|已?释放|获释|软禁|缓刑|假释",
    re.IGNORECASE,
)

_NUMBER = r"(?:(?:No\.?|Nr\.?|N°|#|№) ?[0-9]{1,3}(?![0-9]))"  # a postcode has more figures
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ſ][\w’'-]*\.?"

# English: names in capitals and words for the sort come before the kind of institution.
_SORT = (
    r"(?i:women['’]s|men['’]s|juvenile|pre-?trial|temporary|remand|investigati(?:ve|on)|open(?:-type)?|penal"
    r"|closed(?:-type)?|educational|correctional|central|city|county|district|prefectural|provincial|regional"
    r"|municipal|republican|federal|military|police|high|medium|maximum|minimum|general|strict|special|regime"
    r"|security|state|the|of|and|labou?r)"
)
_PRISON = (
    r"(?i:prison|jail|colony-settlement|colony|settlement|penitentiary(?: institution)?|arrest house"
    r"|(?:detention|isolation|det\.?) (?:cent(?:er|re)|facility|ward|ctr\.?)"
    r"|correctional (?:facility|institution)|remand cent(?:er|re)|investigative (?:facility|isolator)"
    r"|reformatory|(?:labou?r|re-?education(?: through labou?r|-through-labou?r)?|internment) camp)"
)
ENGLISH_PRISON = re.compile(
    rf"(?:(?:{_SORT}|{_CAPITAL}|{_NUMBER}) ){{0,8}}{_PRISON}(?: ?(?i:{_NUMBER})|(?=$| ?\(| of the\b| KGB\b))"
    rf"(?: of the (?:KGB|Ministry of {_CAPITAL}(?: {_CAPITAL})?)| KGB)?"
    r"|(?:FKU )?(?:IK|KP|SIZO|VK|IUOT)[ -]?(?:No\.? ?|№ ?)?[0-9]{1,3}(?![0-9])"
    r"|KGB (?:pre-trial )?(?:detention cent(?:er|re)|prison)"
)

# Russian and Belarusian: the kind with its number or name, then the service whose it is, and where.
_ADJECTIVE = r"(?:[А-ЯЁЎІа-яёўі]+(?:-[а-яёўі]+)?(?:ая|яя) )"
_RUSSIAN_NUMBER = r"(?:[ -]?(?:№ ?)?[0-9]{1,3}(?![0-9]))"
RUSSIAN_NICKNAME = (
    r"(?:Матросск\w+ тишин\w|Бутырк\w|Лефортово|Пресня|Медведь|Водник|Печатники|Капотня|Кресты|Горелово"
    r"|Дружный|Белый лебедь|Ч[её]рный дельфин|Красная утка|Полярная сова|Вологодский пятак"
    r"|Мордовская зона|Володарка|[А-ЯЁ][а-яё]+ский централ)"
)
_OF_A_KIND = r"(?:[Оо]бласт|[Кк]ра|[Оо]круг|[Рр]еспублик|[Рр]айон|АО\b)\w{0,4}"
_REGION = (
    r"(?:Республик\w (?:Саха \(Якутия\)|Марий Эл|Северная Осетия ?[–—-] ?Алания|[А-ЯЁ][а-яё-]+)"
    rf"|[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?(?: (?:[Аа]втоном|[Нн]ародн)\w+)? {_OF_A_KIND})"
)
_AREA = (
    rf"(?:{_REGION}|СПб|[А-Я]{{2,4}}\b"
    r"|(?:г\. ?|город[уе]? )?[А-ЯЁ][а-яё]+(?:-[а-я]+-[А-ЯЁ][а-яё]+|-[А-ЯЁ][а-яё]+)?)"
)
RUSSIAN_PRISON = re.compile(
    rf"(?:(?:ФКУ|ФБУ|ФГУ|ГУ) )?[«\"]?(?:ПФРСИ при )?(?:ФКУ )?[«\"]?"
    rf"(?:(?:(?i:ОИК|ИК|КП|СИЗО|С[ІI]ЗА|ВК|ИУОТ|ПУАТ|ПК|ЕПКТ|УФИЦ)|Т){_RUSSIAN_NUMBER}"
    rf"|(?:СИЗО|С[ІI]ЗА)(?: (?:КГБ|КДБ)| ?[«\"]?{RUSSIAN_NICKNAME}|(?=$))|{_ADJECTIVE}ВК\b{_RUSSIAN_NUMBER}?"
    r"|(?:ИВС|[ІI]ЧУ)(?: подозреваемых и обвиняемых)?(?=$| )"
    rf"|(?i:{_ADJECTIVE}{{0,3}}(?:колония-поселение|калонія-пасяленне|колония|калонія|тюрьма|турма)"
    r"|следственный изолятор|следчы [иі]золятар|следчы ізалятар|изолятор временного содержания"
    r"|ізалятар часовага ўтрымання|арестный дом|арыштны дом"
    r"|исправительное учреждение открытого типа|папраўчая ўстанова адкрытага тыпу)"
    rf"(?:{_RUSSIAN_NUMBER}|(?= [УГО]{{0,2}}ФСИН|[»\"]?$)))"
    r"(?: ?(?:ОУХД|ОИК № ?[0-9]{1,2}))*"
    r"(?: ?(?:[УГО]{0,2}ФСИН|Управления ФСИН|[УО]?МВД|ОМВД|ФСБ)(?: (?:России|РФ))?)?"
    rf"(?: (?P<region>{_REGION})| по (?P<area>{_AREA}(?: и {_AREA}| {_REGION})?))?(?!\w)[»\"]?"
    rf"(?: ?[—–-]? ?[(«\"]{RUSSIAN_NICKNAME}[)»\"]| {RUSSIAN_NICKNAME})?"
    r"|(?:Лефортово|Матросская тишина|Бутырка|Кресты|Володарка)(?=$)"
)

# Spanish: the kind comes first, then the name. Cuba's best known prisons are called by their names alone.
SPANISH_NUMBER = re.compile(
    r"\b(?:Kilo|Granja|Prisi[oó]n|Unidad) [0-9]{1,4}(?: ?½| 1/2| y medio)?(?![0-9])", re.IGNORECASE
)
SPANISH_PRISON = re.compile(
    r"(?:Prisi[oó]n|Establecimiento Penitenciario|Centro (?:Penitenciario|de (?:Trabajo|Estudio|Reclusi[oó]n"
    r"|Detenci[oó]n|Reeducaci[oó]n|Internamiento"
    r"|Instrucci[oó]n Penal|Torturas))|C[aá]rcel|Combinado|Correccional|Campamento|Penitenciar[ií]a"
    r"|Reclusorio|Villa Marista|Kilo (?:[0-9]|Cinco|Siete|Ocho|Nueve)|Valle Grande|Guanajay|Melena del Sur"
    r"|Quivic[aá]n|Boniato|Mar Verde|Aguadores|Cer[aá]mica Roja|Las Mangas|Guamajal|La Pendiente|Alambradas"
    r"|El Guatao|Ariza|Canaleta|Ag[uü][ií]ca|La Bellotex|El Pitirre|Taco Taco|Nieves Morej[oó]n|El T[ií]pico"
    r")(?!\w)",
    re.IGNORECASE,
)

CHINESE_PRISON = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,20}?(?:监狱|監獄|看守所|拘留所|劳教所|勞教所|劳动教养管理所|犯管教所|未管所))"
)
CHINESE_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:特别行政区|自治区|自治州|省|市|县))+(?=[\u4e00-\u9fff])"
)

STREET = re.compile(
    r"\b(?:vul(?:ica)?|street|road|rd|avenue|ave|lane|square|blvd|boulevard|highway|pra?spi?ekt|prospekt|prospect"
    r"|zavulak|šaša|shasha|shosse|apartment|apt|flat|p\.? ?o\.? box|ulitsa|ul|pereulok|per"
    r"|улиц\w|ул|вуліц\w|вул|пр|пр-д|пр-т|просп\w*|прасп\w*|пер|переул\w*|завул\w*|шоссе|ш|шаша|проезд|бульв\w*"
    r"|наб|площад\w|плошч\w|кв|квартир\w|(?<!арестный )(?<!арыштны )дом|корп|строен\w+|мкр|микрорайон|а/я"
    r"|calle|avenida|carretera|reparto|edificio|apto|esquina|entre)\b|(?<=\w )st\.?$|[路街巷弄号號室栋]",
    re.IGNORECASE,
)

# Who is named with a court: from here on a text is left out.
JUDGE = re.compile(
    r"(?:\b(?:judg|судь|судд|juez|juec|jueza|magistrad|presid|председат|старшын)"
    r"|审判长|审判员|法官|裁判)",
    re.IGNORECASE,
)
ENGLISH_COURT = re.compile(
    rf"(?:(?:(?i:the|of|and|for|city|regional|district|supreme|military|garrison|people['’]s|intermediate|high(?:er)?"
    rf"|provincial|constitutional|economic|appeals?|grave|crimes?|town|municipal|county|central)|{_CAPITAL}"
    rf"|{_NUMBER}) ){{0,8}}(?i:court)\b(?: (?:of|on|for)(?: (?:the|of|and|{_CAPITAL})\b\.?){{1,8}})?"
)
_COURT_WORD = r"(?:[А-ЯЁЎІа-яёўі]+(?:-[А-ЯЁЎІа-яёўі]+)?(?:ый|ий|ой|ы|і|кі)|[0-9]{1,3}-?[йы]) "
_GENITIVE = r"[А-ЯЁЎІ][а-яёўі]+(?:-[а-яёўі]+)*(?:-[А-ЯЁЎІ][а-яёўі]+)?"
# A word that is alone behind a court can be a surname: then it has such an end.
_NO_SURNAME = r"(?!\w*(?:[оеё]ва?|[иы]на?|[сц]к(?:ий|ая|і)|ко|[уюі]к|ич|іч|ч)\b)"
_STATE = r"(?:РФ|РБ|России|Российской Федерации|Беларуси|Республики Беларусь|Рэспублікі Беларусь)"
RUSSIAN_COURT = re.compile(
    rf"(?:(?:{_COURT_WORD}){{0,6}}[Сс]уд|[А-ЯЁ][а-яё]+суд)\b(?: по уголовным делам)?"
    rf"(?:(?: {_GENITIVE}(?:ого|аго|ага) (?:района|раёна|округа))?"
    rf"(?: {_STATE}|(?P<place> (?:(?:г\. ?|города |горада |Республик[иі] |Рэспублік[иі] ){_GENITIVE}"
    rf"|{_GENITIVE} (?:автономн\w+ |[Нн]ародной )?(?:области|края|округа|республики|вобласці)"
    rf"|(?:Могил[её]ва|Саратова|Пскова|Тамбова|Кирова|Ростова-на-Дону|{_NO_SURNAME}{_GENITIVE}))))?"
    r"(?=$| ?\())?"
)
SPANISH_COURT = re.compile(
    r"(?:Sala [\w ]{0,80}?)?(?:Tribunal|Juzgado)(?: (?:Provincial|Municipal|Popular|Supremo|Militar"
    r"|Territorial|Regional|Penal|Occidental|Central|Oriental|Especial))*"
    r"(?: de (?P<place>(?:La |Las |El |Los )?[A-ZÁÉÍÓÚÑ][\w-]*"
    r"(?: (?:de |del |de la )?[A-ZÁÉÍÓÚÑ][\w-]*){0,3}))?"
)
CHINESE_COURT = re.compile(r"[\u4e00-\u9fff]{2,30}?(?:人民法院|法院|法庭)")
# A court of a town or region is called by it in front.
TOWN_COURT = re.compile(
    rf"(?:[Tt]he )?(?P<place>{_CAPITAL}(?: {_CAPITAL})?) (?i:city|regional|municipal) "
    rf"|.* of (?P<city>{_CAPITAL}) City$"
)

# Places that are no street: those that say so, and those we know.
_TOWN = r"(?:г|гор|п|пос|пгт|рп|с|д|дер|аг|х|ст|горад|город|пос[её]лок|станица|деревня|село)\.? "
PLACE = re.compile(
    rf"(?:{_TOWN}|г\.)[А-ЯЁЎІ][а-яёўі]+(?:[ -][А-ЯЁЎІа-яёўі]+){{0,3}}"
    r"|[А-ЯЁЎІ][а-яёўі]+(?:-[А-ЯЁЎІ][а-яёўі]+)?(?:ая|ий|ый|ой) (?:автономн\w+ |[Нн]ародн\w+ )?"
    r"(?:область|край|вобласць|[Рр]еспублика|округ)(?: ?[—–-] ?[А-ЯЁ][а-яё]+)?"
    r"|(?:Республика|Рэспубліка) [А-ЯЁЎІ][а-яёўі-]+(?: [А-ЯЁ][а-яё]+| \([А-ЯЁ][а-яё]+\))?"
    rf"|{_CAPITAL}(?: {_CAPITAL})? (?i:region|oblast|voblasć|voblasts?|krai|province|territory|republic"
    rf"|municipality)|Republic of {_CAPITAL}"
)
PLACES = frozenset(
    names.key(name)
    for name in (
        # Belarus's towns with prisons, in the spellings in use
        *(
            "Minsk",
            "Мінск",
            "Brest",
            "Брэст",
            "Hrodna",
            "Grodno",
            "Гродна",
            "Гродно",
            "Homieĺ",
            "Homel",
            "Gomel",
        ),
        *(
            "Гомель",
            "Mahilioŭ",
            "Mahiliou",
            "Mogilev",
            "Магілёў",
            "Могилев",
            "Могилёв",
            "Viciebsk",
            "Vitebsk",
        ),
        *("Віцебск", "Витебск", "Navapolack", "Navapolatsk", "Novopolotsk", "Наваполацк", "Новополоцк"),
        *(
            "Babrujsk",
            "Babruysk",
            "Bobruisk",
            "Бабруйск",
            "Бобруйск",
            "Baranavičy",
            "Baranavichy",
            "Баранавічы",
        ),
        *("Барановичи", "Žodzina", "Zhodzina", "Zhodino", "Жодзіна", "Жодино", "Škloŭ", "Shklou", "Shklov"),
        *("Шклоў", "Шклов", "Horki", "Gorki", "Горкі", "Горки", "Ivacevičy", "Ivatsevichy", "Івацэвічы"),
        *("Ивацевичи", "Vorša", "Orsha", "Ворша", "Орша", "Rečyca", "Rechytsa", "Рэчыца", "Речица", "Mazyr"),
        *("Mozyr", "Мазыр", "Мозырь", "Asipovičy", "Asipovichy", "Асіповічы", "Осиповичи", "Hlybokaje"),
        *("Глыбокае", "Глубокое", "Viciba", "Віцьба", "Витьба", "Barysaŭ", "Barysau", "Барысаў", "Борисов"),
        # Russia's cities that are regions of their own, and what is called so
        *(
            "Moscow",
            "Москва",
            "Saint Petersburg",
            "St. Petersburg",
            "Санкт-Петербург",
            "Sevastopol",
            "Севастополь",
        ),
        *("Crimea", "Крым"),
        # Cuba's provinces
        *("Pinar del Río", "Artemisa", "La Habana", "Mayabeque", "Matanzas", "Cienfuegos", "Villa Clara"),
        *(
            "Sancti Spíritus",
            "Ciego de Ávila",
            "Camagüey",
            "Las Tunas",
            "Holguín",
            "Granma",
            "Santiago de Cuba",
        ),
        *("Guantánamo", "Isla de la Juventud"),
        # China's provinces and cities of that rank
        *(
            "Beijing",
            "Shanghai",
            "Tianjin",
            "Chongqing",
            "Hebei",
            "Shanxi",
            "Liaoning",
            "Jilin",
            "Heilongjiang",
        ),
        *(
            "Jiangsu",
            "Zhejiang",
            "Anhui",
            "Fujian",
            "Jiangxi",
            "Shandong",
            "Henan",
            "Hubei",
            "Hunan",
            "Guangdong",
        ),
        *(
            "Hainan",
            "Sichuan",
            "Guizhou",
            "Yunnan",
            "Shaanxi",
            "Gansu",
            "Qinghai",
            "Inner Mongolia",
            "Guangxi",
        ),
        *("Tibet", "Ningxia", "Xinjiang", "Hong Kong", "Macau"),
        *("Xinjiang Uyghur Autonomous Region", "Tibet Autonomous Region", "Tibet Autonomous Region (TAR)"),
    )
)
