"""The numbers and the placeholders of a text, for comparing two languages."""

import re
import string


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def numerals(text):
    """The numbers of a text, written alike; powers of ten by their exponent, and numbers in words by their digits."""
    text = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).replace("10-", "1e-0")
    text = re.sub(r"(?<=\d)\u00a0(?=\d{3}(?!\d))", "", text)
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return sorted(float(number) for number in re.findall(r"\d+(?:\.\d+)?(?:e-\d+)?", re.sub(r"R²|T50", "", text)))
