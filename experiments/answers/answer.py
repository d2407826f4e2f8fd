"""One answer: a question, sentences with numbers, tables and figures."""

from dataclasses import dataclass, field

import pandas as pd
from matplotlib.figure import Figure


@dataclass
class Answer:
    """What a sweep says to one question.

    Attributes
    ----------
    question : str
        As somebody would ask it.
    name : str
        A short name for files.
    sentences : list of str
        What was found, each complete in itself.
    tables : dict of str to DataFrame
        By name.
    figures : dict of str to (Figure, str)
        By name, with a text that says what is to be seen, for those who do not see it.
    notes : list of str
        What to keep in mind.
    """

    question: str
    name: str
    sentences: list[str] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    figures: dict[str, tuple[Figure, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
