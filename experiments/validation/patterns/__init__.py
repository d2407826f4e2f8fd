"""Patterns that the model must show in today's practice, each beside its band from real data.

`python -m alliances.experiments.validation.patterns` measures them all and writes
`results/patterns/patterns.csv`.
"""
