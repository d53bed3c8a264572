"""The words of prisons, courts, places and addresses in six languages.

English, Russian, Belarusian, Ukrainian, Spanish and Chinese. `institutions` keeps nothing but these words.
"""

from __future__ import annotations

import re

from transforms.names import cleaning

# Hospitals and colonies for the ill, with the abbreviations of Russia's prison service.
HEALTH = re.compile(
    r"psychiatr|hospital|medical|treatment|clinic|sanator|disab|illness|infirmar|tubercul|drug rehab"
    r"|психи|псіх|больниц|бальніц|шпітал|лечеб|лечен|лячэб|лячэн|медицин|медыцын|инвалид|інвалід"
    r"|лікарн|лікуван|диспансер|дыспансер|туб[её]ркул|тубэркул|psiqui|m[ée]dic[oa]|enferm|sanitari"
    r"|cl[íi]nic"
    r"|医院|醫院|精神|戒毒|医疗|病犯|就医|(?-i:\b(?:ЛИУ|ФКЛПУ|ЛПУ|ПБСТИН|КТБ|МБ|ОБ|ЛТП|LIU|LTP)\b)",
    re.IGNORECASE,
)
# The person's status, in place of an institution.
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

_NUMBER = r"(?:(?:No\.?|Nr\.?|N°|#|№) ?[0-9]{1,3}(?![0-9]))"  # a postcode has more digits
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ſ][\w’'-]*\.?"

# English: capitalised names and words for the type come before the kind of institution.
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
    rf"(?:(?:{_SORT}|{_CAPITAL}|\({_CAPITAL}\)|{_NUMBER}) ){{0,8}}{_PRISON}"
    rf"(?: ?(?i:{_NUMBER})|(?=$| ?\(| of the\b| KGB\b))"
    rf"(?: of the (?:KGB|Ministry of {_CAPITAL}(?: {_CAPITAL})?)| KGB)?"
    r"|(?:FKU )?(?:IK|PK|KP|SIZO|SIZA|VK|IUOT|IUAT|PUAT|UFIC)[ -]?(?:(?:No\.?|#|№) ?)?[0-9]{1,3}(?![0-9])"
    r"|(?:SIZO|SIZA)(?: (?:of the )?KGB)?(?=$| ?[(\"“])"
    r"|KGB (?:(?:pre-trial )?(?:detention cent(?:er|re)|prison)|SIZO)"
)

# Prisons of Minsk called by their streets or by common names, in the usual spellings.
AKRESTSINA = (
    r"(?i:[ОА]кр[еэ]с[ьсц]?[тц]?[ьсц]?[іиi]н(?:а|о|ы|е|у|ой|ай|ою)?"
    r"|[OA]kre(?:st|sts|śc|sc|šč|ść)in(?:a|o|y|ie|e|u)?)(?!\w)"
)
VALADARKA = r"(?i:[ВB][ао]л[ао]дарк[аеіиуы]|V[ao][lł][ao]dark[aeiuy])(?!\w)"
AMERICAN = r"(?i:Амер[иы]канк[аеіиуы]|Ami?er[iy]kank[aeiuy])(?!\w)"
CASTLE = (
    r"(?i:П[иі]щалов?ск(?:ий|ого|ом) замок?[ае]?|Пішчалаўск(?:і|ага|ім) зам[ао]?к[ау]?"
    r"|(?:Pis[hk]?ch?al[ao](?:u|ŭ|v|w)sk[iy]|Piščałaŭski|Piščalaŭski) castle)(?!\w)"
)
MINSK_NICKNAME = re.compile(f"{AKRESTSINA}|{VALADARKA}|{AMERICAN}|{CASTLE}")
# The street of Minsk's remand prison, which names the prison only after a word for its kind.
VALADARSKI = r"(?i:Володарского|Валадарскага|V[ao]l[ao]dars[kh]a(?:ha|ga)(?: street)?)(?!\w)"
_TEMPORARY = (
    r"(?:(?:ЦИП|Ц[ІI]П|ЦВИП|ИВС|[ІI]ЧУ|[ІI]ЧЗ|СИЗО|С[ІI]ЗА|TDF|IVS|TsIP|CIP|SIZO|SIZA)"
    r"|(?i:изолятор(?: временного содержания)?|[іi]золятор|[іi]залятар(?: часовага ўтрымання)?|тюрьма|турма"
    r"|центр изоляции правонарушителей|цэнтр ізаляцыі правапарушальнікаў"
    r"|(?:(?:temporary|pre-?trial|remand|the) )*(?:detention|isolation|holding) (?:cent(?:er|re)|facility)"
    r"(?: for offenders)?|prison|jail|isolator))"
)
_AT = r"(?:на|в|ў|у|on|at|in) "
_STREET_WORD = r"(?:улице|ул\.|вуліцы|вул\.|переулке|пер\.|завулку|зав\.)"
ON_VALADARSKI = re.compile(
    rf"(?P<sort>{_TEMPORARY}(?:[ -]?(?:№ ?)?1)?) (?P<at>{_AT})(?:{_STREET_WORD} )?"
    rf"(?P<known>{VALADARSKI})(?P<behind>)(?!,? ?[0-9])"
)
MINSK_PRISON = re.compile(
    rf"(?:the )?(?:(?P<sort>{_TEMPORARY}(?:[ -]?(?:№ ?)?1(?= {_AT}))?) )?(?P<at>{_AT})?(?:{_STREET_WORD} )?"
    rf"[(«\"“]?(?P<known>{MINSK_NICKNAME.pattern})[)»\"”]?"
    r"(?P<behind> (?i:(?:pre-?trial |temporary )?detention (?:cent(?:er|re)|facility)|prison|jail))?"
)

# Russian, Belarusian and Ukrainian: the kind with its number or name, then the service that runs it, and the
# place.
_LETTERS = "[А-ЯЁЎІЇЄҐа-яёўіїєґ'’ʼ]"
_ADJECTIVE = (
    rf"(?:{_LETTERS}+(?:-[а-яёўі]+)?"
    r"(?:ая|яя|ое|(?:[сцз]ь?к|[оеё]в|н)(?:а|е|ае|ий|ый|і|ы)|[сцз]ьк\w{1,2}) )"
)
_REGIME = (
    r"(?: (?:общего|строгого|усиленного|особого|агульнага|строгага|[ўу]змоцненага|асобага|асаблівага"
    r"|загального|суворого|посиленого|особливого) (?:режима|рэжыму|режиму))"
)
_RUSSIAN_NUMBER = r"(?:[ -]?(?:№ ?)?[0-9]{1,3}(?![0-9]))"
RUSSIAN_NICKNAME = (
    r"(?:Матросск\w+ [Тт]ишин\w|Бутырк\w|Лефортово|Пресня|Медведь|Водник|Печатники|Капотня|Кресты|Горелово"
    r"|Дружный|Белый лебедь|Ч[её]рный дельфин|Красная утка|Полярная сова|Вологодский пятак"
    r"|Мордовская зона|Володарка|Валадарка|Американка|Амерыканка|Полярный волк|[А-ЯЁ][а-яё]+ский централ)"
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
# I and C are also written with Latin letters.
_SIZO = r"(?i:[СC](?:[ИІI]ЗО|[ІI]ЗА))"
_ABBREVIATED = (
    r"ОИК|[ИІI]К|КП|[СC](?:[ИІI]ЗО|[ІI]ЗА)|ВК|[ИІI]У[АО]Т|ПУ[АО]Т|ПК|ЕПКТ|УФИЦ|ИВС|[ІI]ЧУ|[ІI]ТТ|УВП"
)
RUSSIAN_PRISON = re.compile(
    rf"(?:(?:ФКУ|ФБУ|ФГУ|ГУ) )?[«\"]?(?:(?:ПФРСИ|ЕПКТ|ПКТ|ШИЗО)(?: при| в)? )?(?:ФКУ )?[«\"]?"
    rf"(?:{_ADJECTIVE}{{0,2}}(?:(?i:{_ABBREVIATED})|Т){_REGIME}?{_RUSSIAN_NUMBER}{_REGIME}?"
    rf"|{_ADJECTIVE}{{0,2}}{_SIZO}(?: (?:КГБ|КДБ|СБУ)| ?[«\"]?{RUSSIAN_NICKNAME}|(?=$|[ (]))"
    rf"|{_ADJECTIVE}(?:ВК|[ИІI]К|ИВС|[ІI]ЧУ|[ИІI]ТТ|ЦИП|Ц[ІI]П|ИУОТ|[ІI]УАТ|ПУАТ)\b{_RUSSIAN_NUMBER}?|(?:[ИІI]К|ПК){_REGIME}|(?:[ИІI]К|ПК)(?=$)"
    r"|(?:ИВС|[ІI]ЧУ|[ИІI]ТТ)(?: подозреваемых и обвиняемых)?(?=$| )"
    r"|(?:изолятор|[іi]залятар) (?:КГБ|КДБ)|(?:КГБ|КДБ) (?:СИЗО|С[ІI]ЗА)"
    r"|(?:ЦИП|Ц[ІI]П)(?: (?:ГУВД|ГУУС|УВД|УУС)(?: М[иі]н(?:ского )?гор?исполкома| Мінгарвыканкама)?)?(?=$| )"
    rf"|(?i:{_ADJECTIVE}{{0,3}}(?:колония-поселение|калонія-пасяленне|колония|калонія|колонія|тюрьма|турма|тюрма"
    rf"|в['’ʼ]язниця){_REGIME}?"
    rf"|(?:{_ADJECTIVE}?слідчий ізолятор|ізолятор тимчасового тримання|виправний центр|арештний дім)"
    r"|следственный изолятор|следчы [иі]золятар|следчы ізалятар|изолятор временного содержания"
    r"|ізалятар часовага ўтрымання|арестный дом|арыштны дом"
    r"|исправительное учреждение открытого типа|папраўчая ўстанова адкрытага тыпу)"
    rf"(?:{_RUSSIAN_NUMBER}{_REGIME}?|(?= [УГО]{{0,2}}ФСИН|[»\"]?$| ?\()))"
    r"(?: ?(?:ОУХД|ОИК № ?[0-9]{1,2}))*"
    r"(?: ?(?:[УГО]{0,2}ФСИН|Управления ФСИН|[УО]?МВД|ОМВД|ФСБ)(?: (?:России|РФ))?)?"
    rf"(?: (?P<region>{_REGION})| по (?P<area>{_AREA}(?: и {_AREA}| {_REGION})?))?(?!\w)[»\"]?"
    rf"(?: ?[—–-]? ?[(«\"]{RUSSIAN_NICKNAME}[)»\"]| {RUSSIAN_NICKNAME})?"
    r"|(?:Лефортово|Матросская [Тт]ишина|Бутырка|Кресты|[А-ЯЁ][а-яё]+ский централ)(?=$| ?\()"
)
# Moscow's and Saint Petersburg's prisons with names of their own, in Latin script.
LATIN_NAMED = re.compile(
    r"(?:Lefortovo|Butyrka|Butyrskaya|Matrosskaya Tishina|Kresty)"
    r"(?i: (?:prison|pre-?trial detention cent(?:er|re)|SIZO))?"
    r"(?=$| ?\()"
)
# Prepositions of place before an abbreviation, which is not inflected.
HELD_IN = re.compile(
    r"(?:(?:находится|содержится|удерживается|отбывает (?:наказание|срок)|знаходзіцца|утрымліваецца"
    r"|адбывае пакаранне|перебуває|утримується|(?:is )?held|detained|imprisoned"
    r"|serving (?:his|her) (?:sentence|term))"
    r" )?(?:в|ў|у|in|at) (?=[«\"]?[А-ЯЁІA-Z]{2})",
    re.IGNORECASE,
)
TURMA = re.compile(r"(?:Turma|Tyurma)[ -]?(?:(?:No\.?|№) ?)?[0-9]{1,3}(?![0-9])", re.IGNORECASE)

# Spanish: the kind comes first, then the name. Cuba's best-known prisons are called by their names alone.
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

# A name continues with capitalised words, numbers, small words, and words for the prison's inmates or type.
_SPANISH_SMALL = (
    r"(?i:de|del|la|las|los|el|y|e|mujeres|hombres|j[oó]venes|menores|m[aá]xima|m[ií]nima|media|mayor|seguridad"
    r"|severidad|provincial|municipal|especial|abiert[oa]|cerrad[oa]|trabajo|estudio|correccional|instrucci[oó]n"
    r"|penal|detenci[oó]n|reclusi[oó]n|reeducaci[oó]n|internamiento|torturas|este|oeste|sur|norte|kilo|granja"
    r"|unidad)"
)
SPANISH_REST = re.compile(
    rf"(?: (?:½|1/2|y medio(?!\w)|{_SPANISH_SMALL}(?!\w)|[0-9]{{1,4}}(?!\w)|[A-ZÁÉÍÓÚÑÜ][\w’'-]*\.?)){{0,9}}"
)
SPANISH_TRAILING = re.compile(r"(?: (?:de|del|la|las|los|el|y|e))+$", re.IGNORECASE)

CHINESE_PRISON = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,20}?(?:监狱|監獄|看守所|拘留所|劳教所|勞教所|劳动教养管理所|犯管教所|未管所))"
)
# A kind of prison alone, which counts only if its town follows.
KIND = re.compile(
    r"(?:(?:женская|жаночая|жіноча|мужская|мужчынская|исправительная|папраўчая|выпраўленчая|виправна|воспитательная"
    r"|выхаваўчая|women['’]s|men['’]s) ){0,2}"
    r"(?:тюрьма|турма|тюрма|колония|калонія|колонія|(?:penal )?colony|prison|jail)(?= )",
    re.IGNORECASE,
)
CHINESE_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}?(?:特别行政区|自治区|自治州|省|市|县))+(?=[\u4e00-\u9fff])"
)

# Provinces, cities of that rank and capitals of provinces, which have no word for their kind.
CHINESE_KNOWN = re.compile(
    "(?:北京|天津|上海|重庆|重慶|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川"
    "|贵州|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|石家庄|太原|沈阳|长春|哈尔滨|南京|杭州|合肥|福州|南昌"
    "|济南|郑州|武汉|长沙|广州|海口|成都|贵阳|昆明|西安|兰州|西宁|呼和浩特|南宁|拉萨|银川|乌鲁木齐|深圳)+"
)

STREET = re.compile(
    r"\b(?:vul(?:ica)?|street|road|rd|avenue|ave|lane|square|blvd|boulevard|highway|pra?spi?ekt|prospekt|prospect"
    r"|zavulak|šaša|shasha|shosse|apartment|apt|flat|p\.? ?o\.? box|ulitsa|ul|pereulok|per"
    r"|улиц\w|ул|вуліц\w|вул|пр|пр-д|пр-т|просп\w*|прасп\w*|пер|переул\w*|завул\w*|шоссе|ш|шаша|проезд|бульв\w*"
    r"|наб|площад\w|плошч\w|кв|квартир\w|(?<!арестный )(?<!арыштны )дом|корп|строен\w+|мкр|микрорайон|а/я"
    r"|calle|avenida|carretera|reparto|edificio|apto|esquina|entre)\b|(?<=\w )st\.?$|[路街巷弄号號室栋]",
    re.IGNORECASE,
)

# Never part of the name of a prison or court, even if capitalised.
PRIVATE = re.compile(
    r"\b(?:judge|juez\w?|судья|судьи|суддзя|суддя|lawyer|abogad[oa]|адвокат|адвакат|hiv|vih|sida|c[aá]ncer|asma)\b",
    re.IGNORECASE,
)
# People named with a court: the text is cut off here.
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
# Endings of surnames, for a single word after a court.
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
    r"(?:Sala (?:(?:de|del|la|las|lo|los|contra|delitos|penal|civil|seguridad|estado|primera|segunda|tercera"
    r"|[A-ZÁÉÍÓÚÑ]\w*) ){0,10})?(?:Tribunal|Juzgado)(?: (?:Provincial|Municipal|Popular|Supremo|Militar"
    r"|Territorial|Regional|Penal|Occidental|Central|Oriental|Especial))*"
    r"(?: de (?P<place>(?:La |Las |El |Los )?[A-ZÁÉÍÓÚÑ][\w-]*"
    r"(?: (?:de |del |de la )?[A-ZÁÉÍÓÚÑ][\w-]*){0,3}))?"
)
CHINESE_COURT = re.compile(r"[\u4e00-\u9fff]{2,30}?(?:人民法院|法院|法庭)")
# The town or region before a court.
TOWN_COURT = re.compile(
    rf"(?:[Tt]he )?(?P<place>{_CAPITAL}(?: {_CAPITAL})?) (?i:city|regional|municipal) "
    rf"|.* of (?P<city>{_CAPITAL}) City$"
)

# Places that are not streets: by a word for their kind, or because they are known.
_TOWN = (
    r"(?:г|гор|м|города|горада|п|пос|пгт|рп|с|д|дер|аг|х|ст|горад|город|пос[её]лок|станица|деревня|село)\.? "
)
PLACE = re.compile(
    rf"(?:{_TOWN}|г\.|м\.)[А-ЯЁЎІЇЄҐ][а-яёўіїєґ]+(?:[ -][А-ЯЁЎІЇЄҐа-яёўіїєґ]+){{0,3}}"
    r"|[А-ЯЁЎІ][а-яёўі]+(?:-[А-ЯЁЎІ][а-яёўі]+)?(?:ая|ий|ый|ой) (?:автономн\w+ |[Нн]ародн\w+ )?"
    r"(?:область|край|вобласць|[Рр]еспублика|округ)(?: ?[—–-] ?[А-ЯЁ][а-яё]+)?"
    r"|(?:Республика|Рэспубліка) [А-ЯЁЎІ][а-яёўі-]+(?: [А-ЯЁ][а-яё]+| \([А-ЯЁ][а-яё]+\))?"
    rf"|{_CAPITAL}(?: {_CAPITAL})? (?i:region|oblast|voblasć|voblasts?|krai|province|territory|republic"
    rf"|municipality)|Republic of {_CAPITAL}"
)
# Belarus's towns with prisons: in Russian and in Belarusian, each with the beginning of its adjectives and
# its other cases, and in Latin script, in the usual spellings.
_TOWNS = """
Минск минск Минска Минске Минску | Мінск мінск Мінска Мінску | Minsk Miensk
Брест брестск Бреста Бресте | Брэст брэсцк брэстск Брэста Брэсце | Brest Bieraście
Гродно гродненск Гродне | Гродна гродзенск гродненск Гродне | Hrodna Grodno
Гомель гомельск Гомеля Гомеле | Гомель гомельск Гомеля Гомелі | Homieĺ Homel Gomel Homiel
Могилёв могилевск могилёвск Могилев Могилева Могилёва Могилеве Могилёве \
| Магілёў магілёўск Магілёва Магілёве | Mahilioŭ Mahiliou Mogilev Mogilyov Mahilyow
Витебск витебск Витебска Витебске | Віцебск віцебск Віцебска Віцебску | Viciebsk Vitebsk Vitsebsk
Новополоцк новополоцк Новополоцка Новополоцке | Наваполацк наваполацк Наваполацка Наваполацку \
| Navapolack Navapolatsk Novopolotsk
Бобруйск бобруйск Бобруйска Бобруйске | Бабруйск бабруйск Бабруйска Бабруйску \
| Babrujsk Babruysk Bobruisk Babruisk Bobruysk
Барановичи барановичск Барановичах Барановичей | Баранавічы баранавіцк Баранавічах \
| Baranavičy Baranavichy Baranovichi
Жодино жодинск Жодине | Жодзіна жодзінск Жодзіне Жодзіна | Žodzina Zhodzina Zhodino Zodzina
Шклов шкловск Шклова Шклове | Шклоў шклоўск Шклова Шклове | Škloŭ Shklou Shklov Shklow Skloŭ
Горки горецк Горках | Горкі горацк Горках | Horki Gorki
Ивацевичи ивацевичск Ивацевичах | Івацэвічы івацэвіцк Івацэвічах | Ivacevičy Ivatsevichy Ivacevichy
Орша оршанск Орше Орши | Ворша аршанск Воршы | Vorša Orsha Vorsha
Речица речицк Речице Речицы | Рэчыца рэчыцк Рэчыцы | Rečyca Rechytsa Rechitsa
Мозырь мозырск Мозыре Мозыря | Мазыр мазырск Мазыры Мазыра | Mazyr Mozyr
Осиповичи осиповичск Осиповичах | Асіповічы асіповіцк Асіповічах | Asipovičy Asipovichy Osipovichi
Глубокое глубокск Глубоком | Глыбокае глыбоцк Глыбокім | Hlybokaje Glubokoye Hlybokaye
Витьба витьбинск Витьбе | Віцьба віцьбінск Віцьбе | Viciba Vitba
Борисов борисовск Борисова Борисове | Барысаў барысаўск Барысава Барысаве | Barysaŭ Barysau Borisov
Волковыск волковысск Волковыска Волковыске | Ваўкавыск ваўкавыск Ваўкавыска Ваўкавыску \
| Vaŭkavysk Vaukavysk Volkovysk
Пружаны пружанск Пружанах | Пружаны пружанск Пружанах | Pružany Pruzhany
Слоним слонимск Слонима Слониме | Слонім слонімск Слоніма Слоніме | Slonim Słonim
Лида лидск Лиде Лиды | Ліда лідск Лідзе Ліды | Lida
Пинск пинск Пинска Пинске | Пінск пінск Пінска Пінску | Pinsk
Слуцк слуцк Слуцка Слуцке | Слуцк слуцк Слуцка Слуцку | Slutsk Słuck
Солигорск солигорск Солигорска Солигорске | Салігорск салігорск Салігорска Салігорску | Salihorsk Soligorsk
Полоцк полоцк Полоцка Полоцке | Полацк полацк Полацка Полацку | Polatsk Polack Polotsk
Молодечно молодечненск | Маладзечна маладзечанск Маладзечне | Maladziečna Maladzyechna Molodechno
Костюковичи костюковичск Костюковичах | Касцюковічы касцюковіцк Касцюковічах \
| Kasciukovičy Kastsyukovichy Kostyukovichi
Заречье зареченск | Зарэчча зарэчанск Зарэччы | Zarečča Zarechcha Zarechye
Колядичи колядичск Колядичах | Калядзічы калядзіцк Калядзічах | Kaliadzičy Kalyadzichy Kolyadichi
Волчьи_норы волчьенорск | Воўчыя_норы ваўчанорск | Voŭčyja_nory Vouchyya_nory Volchyi_nory
Круглое круглянск Круглом | Круглае круглянск Круглым | Kruhlaje Krugloye Kruhlaye
Микашевичи микашевичск Микашевичах | Мікашэвічы мікашэвіцк Мікашэвічах | Mikaševičy Mikashevichy Mikashevichi
"""
_ELSEWHERE = """
Симферополь симферопольск Симферополя Симферополе | Сімферополь сімферопольськ Сімферополя Сімферополі \
| Simferopol
Киев киевск Киева Киеве | Київ київськ Києва Києві | Kyiv Kiev
Харьков харьковск Харькова Харькове | Харків харківськ Харкова Харкові | Kharkiv Kharkov
Одесса одесск Одессы Одессе | Одеса одеськ Одеси Одесі | Odesa Odessa
Львов львовск Львова Львове | Львів львівськ Львова Львові | Lviv
Ровно ровенск | Рівне рівненськ Рівному | Rivne
Херсон херсонск Херсона Херсоне | Херсон херсонськ Херсона Херсоні | Kherson
Донецк донецк Донецка Донецке | Донецьк донецьк Донецьку | Donetsk
Луганск луганск Луганска Луганске | Луганськ луганськ Луганську | Luhansk Lugansk
Мариуполь мариупольск Мариуполя Мариуполе | Маріуполь маріупольськ Маріуполя Маріуполі | Mariupol
Мелитополь мелитопольск Мелитополя Мелитополе | Мелітополь мелітопольськ Мелітополя Мелітополі | Melitopol
Вольнянск вольнянск Вольнянска Вольнянске | Вільнянськ вільнянськ Вільнянську | Vilniansk
Керчь керченск Керчи | Керч керченськ Керчі | Kerch
Москва московск Москвы Москве | Москва московськ Москви Москві | Moscow
Омск омск Омска Омске | Омськ омськ Омську | Omsk
Тула тульск Тулы Туле | Тула тульськ Тули Тулі | Tula
Вологда вологодск Вологды Вологде | Вологда вологодськ Вологди Вологді | Vologda
Таганрог таганрогск Таганрога Таганроге | Таганрог таганрозьк Таганрогу Таганрозі | Taganrog
Ярославль ярославск Ярославля Ярославле | Ярославль ярославськ | Yaroslavl
Кострома костромск Костромы Костроме | Кострома костромськ | Kostroma
Можайск можайск Можайска Можайске | Можайськ можайськ | Mozhaisk Mozhaysk
Сегежа сегежск Сегежи Сегеже | Сегежа сегезьк | Segezha
"""


def _forms() -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Return the towns by their other cases and by the beginning of their adjectives, and all names."""
    cases: dict[str, str] = {}
    stems: dict[str, str] = {}
    known: list[str] = []
    for line in (_TOWNS + _ELSEWHERE).replace("\\\n", "").strip().splitlines():
        *cyrillic, latin = ([word.replace("_", " ") for word in part.split()] for part in line.split("|"))
        known += latin
        for name, *forms in cyrillic:
            known.append(name)
            for form in forms:
                (stems if form.islower() else cases).setdefault(form, name)
    return cases, stems, known


CASES, STEMS, _KNOWN_TOWNS = _forms()
# A town in another case after its word: г. Минска
TOWN_IN_A_CASE = re.compile(rf"(?P<word>(?:г|м)\. ?)(?P<town>{'|'.join(CASES)})")
_ADJECTIVE_STEMS = "|".join(sorted(STEMS, key=len, reverse=True))
# An adjective of a town at the beginning of a prison's name: Гомельская женская колония
TOWN_ADJECTIVE = re.compile(
    rf"(?P<stem>{_ADJECTIVE_STEMS})(?:ая|яя|ое|ий|ый|ой|і|ы|а|ае|е)(?!\w)", re.IGNORECASE
)
PLACES = frozenset(
    cleaning.key(name)
    for name in (
        *_KNOWN_TOWNS,
        # Russia's cities that are federal subjects, and their common names
        *(
            "Saint Petersburg",
            "St. Petersburg",
            "Санкт-Петербург",
            "Sevastopol",
            "Севастополь",
        ),
        *("Crimea", "Крым", "Крим"),
        # Russia's towns with well-known prisons
        *("Харп", "Kharp", "Покров", "Pokrov", "Копейск"),
        *(
            "Лабытнанги",
            "Labytnangi",
            "Краснокаменск",
            "Krasnokamensk",
            "Соликамск",
            "Solikamsk",
        ),
        *(
            "Новосибирск",
            "Novosibirsk",
            "Екатеринбург",
            "Yekaterinburg",
            "Краснодар",
            "Krasnodar",
            "Ростов-на-Дону",
        ),
        *(
            "Rostov-on-Don",
            "Казань",
            "Kazan",
            "Самара",
            "Samara",
            "Саратов",
            "Saratov",
            "Воронеж",
            "Voronezh",
        ),
        *(
            "Красноярск",
            "Krasnoyarsk",
            "Иркутск",
            "Irkutsk",
            "Хабаровск",
            "Khabarovsk",
            "Владивосток",
            "Vladivostok",
        ),
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
        # China's provinces, cities of that rank, and capitals of provinces
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
        *(
            "Shijiazhuang",
            "Taiyuan",
            "Shenyang",
            "Changchun",
            "Harbin",
            "Nanjing",
            "Hangzhou",
            "Hefei",
            "Fuzhou",
        ),
        *("Nanchang", "Jinan", "Zhengzhou", "Wuhan", "Changsha", "Guangzhou", "Haikou", "Chengdu", "Guiyang"),
        *(
            "Kunming",
            "Xi'an",
            "Lanzhou",
            "Xining",
            "Hohhot",
            "Nanning",
            "Lhasa",
            "Yinchuan",
            "Urumqi",
            "Shenzhen",
        ),
        *("Xinjiang Uyghur Autonomous Region", "Tibet Autonomous Region", "Tibet Autonomous Region (TAR)"),
    )
)
