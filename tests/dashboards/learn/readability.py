"""How hard a text is to read: the grade of Flesch and Kincaid (Kincaid et al. 1975)."""

import re

VOWELS = re.compile(r"[aeiouy]+")
WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


def syllables(word: str) -> int:
    """Count syllables: groups of vowels, less a silent e or ed at the end."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    count = len(VOWELS.findall(plain))
    if re.search(r"[^aeiouyl]e$", plain) or re.search(r"[^aeiouytd]ed$", plain):
        count -= 1
    if re.search(r"[^aeiouy]es$", plain) and not re.search(r"(s|x|z|ch|sh|c|g)es$", plain):
        count -= 1
    return max(1, count)


def grade(text: str) -> float:
    """Return the school grade that a text asks for; grade 7 is an age of 12 to 13."""
    sentences = [part for part in re.split(r"[.!?]+(?:\s|$)", text) if WORD.search(part)]
    words = WORD.findall(text)
    if not words:
        return 0.0
    sounds = sum(map(syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * sounds / len(words) - 15.59
