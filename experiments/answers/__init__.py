"""Answers: what a sweep says to the question that was asked, in words, tables and figures.

`answer` is one of them, `collect` finds those that a sweep can give, `charts` draws them, `page`
puts them on one page, `archive` packs everything for deposit.
"""
