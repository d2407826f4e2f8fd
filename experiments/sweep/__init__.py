"""Sweeps: many runs from one file, that survive anything.

`experiment` is what was asked, `reading` reads it, `factor` is what varies in it, `design` at which
values, `plan` which runs that makes. `work` does some of them, `pool` and `cluster` do many at a
time, `stopping` says when they are enough, `runner` holds it together. `store` keeps them in a
folder: `manifest` says what they are, `parts` come in one by one, `index` is which are there,
`tables` are put together, `files` are written whole. `merge` makes one folder of several, `results`
reads what came out.
"""
