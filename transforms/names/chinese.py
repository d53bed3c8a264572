"""Chinese names in characters and in Latin spellings, brought into one comparable form.

Characters are read in Mandarin (Pinyin). Latin names are read as Pinyin or as Wade-Giles. Without its
apostrophes, a Wade-Giles spelling can stand for several of Pinyin, so the result is a pattern. Some surnames
have further spellings (Lee, Chow, Tsai). Surname and given name are compared as a whole: names of two or
three syllables are so common that one different syllable means another person.

Not supported: given names in Cantonese, Hokkien and Hakka spellings, and Japanese or Korean readings of
characters.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from anyascii import anyascii

SIGN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_SIGNS = re.compile(f"[{SIGN}]+")
_NAME = re.compile(f"[{SIGN}]{{2,6}}|[{SIGN}]+(?:[·•・‧∙\\s-]+[{SIGN}]+)+")
_APART = re.compile("[·•・‧∙\\s-]+")

# The finals of Pinyin after each initial; `-` is no initial.
_FINALS = """
- a ai an ang ao e ei en eng er ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun wa wai wan
- wang wei wen
- weng wo wu o ou
b a ai an ang ao ei en eng i ian iao ie in ing o u
p a ai an ang ao ei en eng i ian iao ie in ing o ou u
m a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u
f a an ang ei en eng o ou u
d a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo
t a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo
n a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo ue
l a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo ue
g a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
k a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
h a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo
j i ia ian iang iao ie in ing iong iu u uan ue un
q i ia ian iang iao ie in ing iong iu u uan ue un
x i ia ian iang iao ie in ing iong iu u uan ue un
zh a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo
ch a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo
sh a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo
r an ang ao e en eng i ong ou u ua uan ui un uo
z a ai an ang ao e ei en eng i ong ou u uan ui un uo
c a ai an ang ao e en eng i ong ou u uan ui un uo
s a ai an ang ao e en eng i ong ou u uan ui un uo
"""
# Wade-Giles without its apostrophes and dots.
_INITIALS = {
    **{"b": "p", "d": "t", "g": "k", "j": "ch", "q": "ch", "zh": "ch"},
    **{"x": "hs", "r": "j", "z": "ts", "c": "ts"},
}
_WHOLE_TEXT = """
zhi chih, chi chih, shi shih, ri jih, zi tzu, ci tzu, si ssu szu, er erh, yi i yi, ye yeh, yan yen, you yu,
yong yung, e o e, ge ko ke, ke ko ke, he ho he, gui kuei, kui kuei, guo kuo, kuo kuo, huo huo, shuo shuo
"""
_WHOLE = {pinyin: wade for pinyin, *wade in map(str.split, _WHOLE_TEXT.split(","))}
_WADE = (("ong$", "ung"), ("ian$", "ien"), ("ie$", "ieh"), ("ue$", "ueh"), ("uo$", "o"))

# Characters with a different reading as a surname.
_SURNAMES_READ_TEXT = """
曾 zeng 單 shan 单 shan 解 xie 仇 qiu 查 zha 区 ou 區 ou 朴 piao 覃 qin 翟 zhai 薄 bo 重 chong 尉 yu
盖 ge 蓋 ge 冼 xian 洗 xian 召 shao 折 she 句 gou 幺 yao 黑 he 员 yun 員 yun 晟 cheng
"""
_SURNAMES_READ = dict(zip(_SURNAMES_READ_TEXT.split()[::2], _SURNAMES_READ_TEXT.split()[1::2], strict=True))
_OF_TWO_SIGNS = """
欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 夏侯 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 宇文 长孙 長孫 鲜于 鮮于
闾丘 呼延 端木 东方 東方 南宫 南宮 独孤 獨孤 轩辕 軒轅 申屠 拓跋 百里 西门 西門 第五 澹台 澹臺
"""
_SURNAMES_TEXT = """
li wang zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie
han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lv lu su jiang cai jia ding wei xue ye
yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu
qin gu hou shao meng long wan duan lei qian yin yi chang qiao lai gong wen shan xian zha ou piao qu zhai
bo pang geng nie lan ning xing yue qi mi mei mu bao bi bian cen chu cong da di dou e fei gai gan ge gou
guan gui hua huo ji jing ju kuang leng lian lou man miao min mo ni niu nong ping pu rao rong ruan sha
shang shu si tai tao teng tong tu wo xi xin xuan yun zang zhan zhen zhuang zhuo zong zu zuo ai an ban
bei ceng che chai chi gang lang nan she sui tie you zhuge ouyang sima situ shangguan xiahou huangfu
yuchi gongsun murong linghu yuwen zhangsun dongfang
"""
_SURNAMES = frozenset(_SURNAMES_TEXT.split())
# Spellings of surnames that are neither Pinyin nor Wade-Giles, or that mean another surname than these would.
_SPELLED_TEXT = """
lee li, chow zhou, chan chen, wong wang huang, cheung zhang, chang zhang, lau liu, leung liang,
ng wu huang, kwok guo, ho he, tsai cai, choi cai, hsu xu, hui xu, soong song, sung song, tsang zeng,
tse xie, yip ye, yeh ye, yeung yang, fung feng, lam lin, law luo, lo luo, chu zhu, koo gu, lui lu lv,
poon pan, tam tan, kwan guan, yau qiu, siu xiao, szeto situ, cheng zheng, tang deng, teng deng,
jao zhao, lim lin, tan chen, goh wu, teo zhang, ong wang, ooi huang
"""
_SPELLED = {spelled: pinyin for spelled, *pinyin in map(str.split, _SPELLED_TEXT.split(","))}
_SKELETON = (("[zc]h", "C"), ("[jq]", "C"), ("[zc]", "Z"), ("sh", "s"), ("ng", "N"))
_PLAIN = str.maketrans({"b": "p", "d": "t", "g": "k", **dict.fromkeys("aeiouywhv", "")})


@cache
def _syllables() -> tuple[dict[str, str], re.Pattern[str], dict[str, tuple[str, ...]]]:
    """Return Pinyin's syllables with their initials, a pattern of words of them, and Wade-Giles to Pinyin."""
    pinyin = {
        initial.strip("-") + final: initial.strip("-")
        for initial, *finals in map(str.split, _FINALS.strip().splitlines())
        for final in finals
    }
    wade: dict[str, list[str]] = {}
    for syllable, initial in pinyin.items():
        spelled = _INITIALS.get(initial, initial) + syllable.removeprefix(initial)
        for pattern, new in _WADE:
            spelled = re.sub(pattern, new, spelled)
        for one in _WHOLE.get(syllable, [spelled]):
            wade.setdefault(one, []).append(syllable)
    words = re.compile(f"(?:{'|'.join(sorted(pinyin, key=len, reverse=True))}){{1,6}}")
    return pinyin, words, {spelled: tuple(found) for spelled, found in wade.items()}


def _root(given: str) -> str:
    """Return what all Pinyin and Wade-Giles spellings of a given name have in common."""
    for pattern, new in _SKELETON:
        given = re.sub(pattern, new, given)
    return "zh " + given.translate(_PLAIN)


def _pinyin(signs: str) -> str:
    return anyascii(signs.replace("都", "督").replace("晟", "胜")).lower().replace(" ", "")


def _simplified(signs: str) -> str:
    """Return the characters if all of them are simplified ones (GB 2312), else the empty text.

    A traditional character is not distinguished from another one with the same reading.
    """
    try:
        signs.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    return signs


def parse_signs(name: str) -> list[tuple[str, str, str]]:
    """Parse a name in Chinese characters into `(root, sound, characters)`; empty for any other name."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        return []
    words = _APART.split(name)
    signs = _simplified("".join(words))
    if len(words) > 2 or (len(words) == 2 and "·•・‧∙".find(name[len(words[0])]) >= 0):
        parted = [(_pinyin(words[0]), "".join(map(_pinyin, words[1:])))]
    elif len(words) == 2:
        parted = [(_surname(words[0]), _pinyin(words[1]))]
    else:
        cuts = [2] if name[:2] in _OF_TWO_SIGNS.split() and len(name) > 2 else [1]
        parted = [(_surname(name[:cut]), _pinyin(name[cut:])) for cut in cuts]
    return [(_root(given), f"{surname} {given}", signs) for surname, given in parted]


def _surname(signs: str) -> str:
    return _SURNAMES_READ.get(signs) or _pinyin(signs)


def parse_latin(words: list[str]) -> list[tuple[str, str]]:
    """Parse words in Latin letters into `(root, sound)`, once per possible reading as a Chinese name.

    `sound` is a pattern for `re`.
    """
    if not 2 <= len(words) <= 5:
        return []
    orders = [(words[0], words[1:]), (words[-1], words[:-1])]
    if len(words) > 3:  # with a name from another language before or after it
        orders += [(words[1], words[2:]), (words[-2], words[:-2])]
    found = [
        (read[0], f"{surnames} {read[1]}")
        for surname, given in orders
        if (surnames := _surnames(surname, len(words) > 2)) and (read := _given(given, surname))
    ]
    _, pinyin, _ = _syllables()
    if not found and all(map(pinyin.fullmatch, words)):  # a Uyghur or Mongol name, transcribed by characters
        found = [(_root("".join(words[1:])), f"{words[0]} {''.join(words[1:])}")]
    return list(dict.fromkeys(found))


def _alternatives(texts: tuple[str, ...] | list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"(?:{'|'.join(texts)})"


@cache
def _surnames(word: str, wade_giles: bool) -> str:
    """Return the pattern of the surnames that a word can stand for; empty if it is no surname.

    `wade_giles` must be False for names of two words: too many other names look like one in Wade-Giles.
    """
    _, _, wade = _syllables()
    can_be = [word] if word in _SURNAMES else []
    can_be += _SPELLED.get(word, ())
    if wade_giles and word not in _SURNAMES:
        can_be += [each for each in wade.get(word, ()) if each in _SURNAMES]
    return _alternatives(list(dict.fromkeys(can_be))) if can_be else ""


def _given(words: list[str], surname: str) -> tuple[str, str] | None:
    """Return the root and pattern of a given name of one to three syllables; None if it is not one.

    It is read as Pinyin. It is also read as Wade-Giles if its syllables are separate or the surname is not
    Pinyin.
    """
    syllables, pinyin, wade = _syllables()
    whole = "".join(words)
    can_be = [whole] if len(words) <= 3 and all(map(pinyin.fullmatch, words)) else []
    if (
        len(words) <= 3
        and all(word in wade for word in words)
        and (len(words) > 1 or surname not in syllables)
    ):
        can_be += map("".join, product(*(wade[word] for word in words)))
    return (_root(can_be[0]), _alternatives(list(dict.fromkeys(can_be)))) if can_be else None
