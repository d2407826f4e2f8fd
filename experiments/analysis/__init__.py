"""Questions to a sweep, one file a question.

* `sensitivity`: what matters?
* `effects`: what does this lever do, and to whom?
* `tipping`: where does it tip?
* `hysteresis`: does it tip back?
* `discovery`: in which worlds does it fail?
* `value`: what does a pound buy?
* `regret`: which choice is robust?
* `enough`: is it enough runs?

`frames` reads the tables of points and runs for all of them.
"""
