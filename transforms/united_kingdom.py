"""Words that the United Kingdom's two lists, OFSI's until 2026 and the UK Sanctions List, share."""

from __future__ import annotations

# Languages as the lists name them, by their ISO 639-1 codes.
_LANGUAGES = {
    "am": ("Amharic",),
    "ar": ("Arabic",),
    "az": ("Azerbaijani",),
    "be": ("Belarusian",),
    "bg": ("Bulgarian",),
    "bs": ("Bosnian",),
    "cs": ("Czech",),
    "el": ("Greek",),
    "es": ("Spanish", "Spanish; Castilian"),
    "fa": ("Persian", "Persian/Farsi", "Farsi", "Dari"),
    "fr": ("French",),
    "he": ("Hebrew",),
    "hi": ("Hindi",),
    "hr": ("Croatian",),
    "hy": ("Armenian",),
    "ja": ("Japanese",),
    "ka": ("Georgian",),
    "kk": ("Kazakh",),
    "ko": ("Korean",),
    "ku": ("Kurdish",),
    "ky": ("Kyrgyz", "Kirghiz; Kyrgyz"),
    "mk": ("Macedonian",),
    "my": ("Burmese",),
    "pa": ("Punjabi", "Panjabi; Punjabi"),
    "pl": ("Polish",),
    "ps": ("Pashto", "Pushto; Pashto"),
    "ro": ("Romanian", "Romanian; Moldavian; Moldovan"),
    "ru": ("Russian",),
    "so": ("Somali",),
    "sr": ("Serbian",),
    "tg": ("Tajik",),
    "th": ("Thai",),
    "ti": ("Tigrinya",),
    "tk": ("Turkmen",),
    "tr": ("Turkish",),
    "uk": ("Ukrainian",),
    "ur": ("Urdu",),
    "uz": ("Uzbek",),
    "vi": ("Vietnamese",),
    "zh": ("Chinese",),
}
LANGUAGES = {text: code for code, texts in _LANGUAGES.items() for text in texts}
# Numbers of bodies that are told by a label: `INN: 7713226814 OGRN: 1027700285612`.
LABELS = {
    "INN": ("tax_id", "Taxpayer identification number"),
    "TIN": ("tax_id", "Taxpayer identification number"),
    "KPP": ("other", "Code of the reason for tax registration (Russia)"),
    "OGRN": ("registration", "Primary state registration number (Russia)"),
}
