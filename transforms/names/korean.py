"""Korean names in Hangul and in Latin spellings, brought into one comparable form.

There are several romanisations (South Korea's Revised system, McCune-Reischauer, North Korea's), used without
diacritics, and customary spellings (Young, Park). A Latin syllable can therefore stand for several Hangul
syllables: a Latin name becomes a pattern of Hangul letters, which a name in Hangul matches or does not. The
whole name must match, because names are short and most people share a few surnames.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

_HANGUL = re.compile("[\uac00-\ud7a3]+")
_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MIDDLE = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LAST = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

# North Korea's romanisation of the letters; `-` is the empty text.
_NORTHERN = tuple(
    [each.strip("-") for each in text.split()]
    for text in (
        "k kk n t tt r m p pp s ss - j jj ch kh th ph h",
        "a ae ya yae o e yo ye o wa wae oe yo u wo we wi yu u ui i",
        "- k kk k n n n t l k m l l l p l m p p t t ng t t k t p -",
    )
)
_SYLLABLE = re.compile("[\uac00-\ud7a3]")

# The Hangul letters that Latin letters can stand for; `-` is no letter (ㅇ before a vowel).
_INITIALS = """
- ㅇ g ㄱㄲ k ㄱㄲㅋ kk ㄲ kh ㅋ n ㄴㄹ d ㄷㄸ t ㄷㄸㅌ tt ㄸ th ㅌ
r ㄹ l ㄹ rr ㄹ m ㅁ b ㅂㅃ p ㅂㅃㅍ pp ㅃ ph ㅍ
s ㅅㅆ ss ㅆ sh ㅅㅆ j ㅈㅉ ch ㅈㅉㅊ jj ㅉ dj ㅈ tch ㅈㅊ tj ㅈ ts ㅈㅊ h ㅎ
"""
_VOWELS = """
a ㅏ ah ㅏ ae ㅐ ai ㅐ e ㅔㅐ eh ㅔ ya ㅑ yae ㅒ eo ㅓ o ㅗㅓ oh ㅗㅓ u ㅜㅡㅓ
uh ㅓ eu ㅡ oo ㅜ ou ㅜㅓ yeo ㅕ yo ㅛㅕ you ㅕㅠ yu ㅠㅕ yoo ㅠ ye ㅖ wa ㅘ wae ㅙㅚ oe ㅚ
we ㅞㅚㅙ oi ㅚ wo ㅝ weo ㅝ wi ㅟ ui ㅢㅟ eui ㅢ i ㅣㅢ ee ㅣㅢ woo ㅜ
"""
_FINALS = "- - k ㄱㄲㅋ g ㄱ ck ㄱ n ㄴㄵㄶ t ㄷㅅㅆㅈㅊㅌ s ㅅ l ㄹ m ㅁ p ㅂㅍ b ㅂ ng ㅇ"

# Surnames in South Korean Hangul, and their Latin spellings.
_SURNAMES = """
김 kim gim; 이 i lee yi ri rhee li; 박 park pak bak; 최 choi choe; 정 jeong jung chung jong chong;
강 kang gang; 조 cho jo; 윤 yoon yun; 장 jang chang djang; 임 lim im rim; 한 han; 오 oh o;
서 seo so suh; 신 shin sin; 권 kwon gwon; 황 hwang; 안 ahn an; 송 song; 유 ryu yu yoo you lyu;
전 jeon jon chun chon jun; 홍 hong; 고 ko go koh; 문 moon mun; 양 yang ryang; 손 son sohn; 배 bae pae;
백 baek paek paik baik; 허 heo ho huh hur; 남 nam; 심 shim sim; 노 noh no roh ro; 하 ha; 곽 kwak gwak;
성 sung seong song; 차 cha; 주 joo ju chu; 우 woo u; 구 koo ku gu; 민 min; 나 na ra; 진 jin chin;
지 ji chi; 엄 eom om um; 채 chae; 원 won; 천 cheon chon chun; 방 bang pang; 공 kong gong;
현 hyun hyon hyeon; 함 ham; 변 byun pyon byeon; 염 yeom ryom yom; 여 yeo ryo yo; 추 choo chu; 도 do to;
소 so; 석 seok sok suk; 선 sun seon son; 설 seol sol; 마 ma; 길 gil kil; 위 wi; 표 pyo;
명 myung myong myeong; 기 ki gi; 반 ban pan; 왕 wang; 금 keum kum geum; 옥 ok; 육 yook yuk; 인 in;
맹 maeng; 모 mo; 탁 tak; 국 kook kuk; 은 eun un; 편 pyeon pyon; 용 yong ryong; 예 ye; 봉 bong pong;
경 kyung kyong; 사 sa; 부 boo pu bu; 단 dan tan; 태 tae thae; 계 kye; 동 dong tong; 온 on; 제 je;
남궁 namgung namkung; 황보 hwangbo; 선우 sunwoo seonu; 제갈 jegal; 독고 dokgo
"""
# South Korea drops or changes an initial ㄹ or ㄴ that North Korea writes.
_WITHOUT_L = dict(zip("리림류량려렴룡륙로라녀", "이임유양여염용육노나여", strict=True))
_SKELETON = (
    ("ch|dj|tj|tch|ts", "j"),
    ("sh", "s"),
    ("ng", "N"),
    ("[aeiouywh]", ""),
    ("ck|g", "k"),
    ("d", "t"),
    ("b", "p"),
    ("r", "l"),
    ("(.)\\1+", "\\1"),
)
_LETTERS = str.maketrans(
    {
        **dict(zip("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅈㅉㅊㅋㅌㅍ", "kknttlmppssjjjktp", strict=True)),
        **dict.fromkeys(f"ㅎ{_MIDDLE}", ""),
    }
)


@cache
def _letters_of() -> tuple[dict[str, str], ...]:
    """Return for initials, vowels and finals the pattern of Hangul letters for each Latin spelling."""
    tables = (text.split() for text in (_INITIALS, _VOWELS, _FINALS))
    return tuple(
        {
            latin.strip("-"): f"[{hangul}]" if hangul != "-" else ""
            for latin, hangul in zip(words[::2], words[1::2], strict=True)
        }
        for words in tables
    )


@cache
def _surnames() -> tuple[frozenset[str], dict[str, str]]:
    """Return the surnames in Hangul, and for each Latin spelling the pattern of surnames it can be."""
    lines = [each.split() for each in _SURNAMES.split(";")]
    spelled: dict[str, list[str]] = {}
    for hangul, *spellings in lines:
        for spelling in spellings:
            spelled.setdefault(spelling, []).append(_letters(hangul))
    return (
        frozenset(hangul for hangul, *_ in lines),
        {spelling: f"(?:{'|'.join(found)})" for spelling, found in spelled.items()},
    )


def _letters(hangul: str) -> str:
    """Return the letters of syllables, including an ㅇ before a vowel."""
    found = ""
    for syllable in hangul:
        first, rest = divmod(ord(syllable) - 0xAC00, 588)
        found += _FIRST[first] + _MIDDLE[rest // 28] + _LAST[rest % 28]
    return found


def _root(given: str) -> str:
    """Return what all Latin spellings of a given name have in common."""
    for pattern, new in _SKELETON:
        given = re.sub(pattern, new, given)
    return "ko " + given


def romanised(hangul: str) -> str:
    """Replace each Hangul syllable by its North Korean romanisation, which most lists use."""
    return _SYLLABLE.sub(lambda match: _romanised(match[0]), hangul)


@lru_cache(maxsize=1 << 12)
def _romanised(syllable: str) -> str:
    first, rest = divmod(ord(syllable) - 0xAC00, 588)
    middle, last = divmod(rest, 28)
    return _NORTHERN[0][first] + _NORTHERN[1][middle] + _NORTHERN[2][last]


def parse_hangul(name: str) -> list[tuple[str, str]]:
    """Parse a name in Hangul into `(root, sound)`; empty for any other name."""
    words = name.split()
    solid = "".join(words)
    if not 2 <= len(solid) <= 5 or len(words) > 3 or not _HANGUL.fullmatch(solid):
        return []
    surnames, _ = _surnames()
    cut = 2 if len(solid) > 2 and solid[:2] in surnames else 1
    surname, given = _WITHOUT_L.get(solid[:cut], solid[:cut]), _letters(solid[cut:])
    ascii_ = re.sub("ㅇ(?=[ㅏ-ㅣ])", "", given).replace("ㅇ", "N").translate(_LETTERS)
    return [("ko " + re.sub("(.)\\1+", "\\1", ascii_), f"{_letters(surname)} {given}")]


def parse_latin(words: list[str]) -> list[tuple[str, str]]:
    """Parse words in Latin letters into `(root, sound)`, once per possible reading as a Korean name.

    `sound` is a pattern for `re`.
    """
    if not 2 <= len(words) <= 4:
        return []
    _, spelled = _surnames()
    orders = [(words[0], words[1:]), (words[-1], words[:-1])]
    if len(words) == 4:  # with a name from another language before it
        orders += [(words[1], words[2:])]
    found = []
    for surname, given in orders:
        if (
            (pattern := spelled.get(surname))
            and len(given) <= 2
            and all(read := [_word(each) for each in given])
        ):
            found.append((_root("".join(given)), f"{pattern} {''.join(read)}"))
    return list(dict.fromkeys(found))


@lru_cache(maxsize=1 << 14)
def _syllable(word: str) -> str:
    """Return the pattern of a Latin syllable; empty if it is not one."""
    initials, vowels, finals = _letters_of()
    found = [
        initials[word[:start]] + vowels[word[start:end]] + finals[word[end:]]
        for start in range(min(4, len(word)))
        for end in range(start + 1, len(word) + 1)
        if word[:start] in initials and word[start:end] in vowels and word[end:] in finals
    ]
    return f"(?:{'|'.join(found)})" if found else ""


@lru_cache(maxsize=1 << 14)
def _word(word: str) -> str:
    """Return the pattern of a word of one or two Latin syllables; empty if it is not one."""
    if len(word) > 12 or not word.isascii():
        return ""
    word = word.replace("wha", "hwa")
    found = [whole] if (whole := _syllable(word)) else []
    found += [
        one + other
        for cut in range(1, len(word))
        if (one := _syllable(word[:cut])) and (other := _syllable(word[cut:]))
    ]
    return f"(?:{'|'.join(found)})" if found else ""
