"""Which worlds do the data leave? History matching of the model's assumptions.

`alliances calibrate` draws worlds from the prior, runs them, learns from the runs how statistics
follow from assumptions, rules out what cannot fit, and looks again where something is left. What
stays is a sample of worlds that the targets do not rule out; `calibrated_worlds` returns it.
"""

from alliances.experiments.worlds.sample import calibrated_worlds as calibrated_worlds
