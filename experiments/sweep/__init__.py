"""Sweeps: many runs from one file, that survive anything.

`experiment` is what was asked, `factor` what varies in it, `design` at which values, `plan` which
runs that makes, `work` does some of them, `store` keeps them, `stopping` says when they are enough,
`pool` and `cluster` do them at once, `runner` holds it together, `results` reads what came out.
"""
