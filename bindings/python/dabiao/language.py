"""In which language people are spoken to."""

from __future__ import annotations

import os
from typing import Literal

from dabiao import _core
from dabiao.arguments import seen

Language = Literal["en", "zh"]


def language_of(lang: Language | None) -> Language:
    """The language asked for, or that of the locale (LC_ALL, LC_MESSAGES, LANG)."""
    if lang is None:
        names = ("LC_ALL", "LC_MESSAGES", "LANG")
        found = _core.language_from_locale(*(os.environ.get(name, "") for name in names))
        return "zh" if found == "zh" else "en"
    if lang not in ("en", "zh"):
        raise ValueError(f"the language is 'en' or 'zh', not {seen(lang)}")
    return lang
