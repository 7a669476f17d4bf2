"""Decisions: who writes to whom, when, in which thread, about what. Pure.

- :class:`~decnet_emailgen.pick.simulate.Office` is the simulation that seed and tick advance;
- :func:`~decnet_emailgen.pick.history.history` finds the history of exactly so many mails;
- :func:`~decnet_emailgen.pick.decide.decide` forces one decision now.
"""
