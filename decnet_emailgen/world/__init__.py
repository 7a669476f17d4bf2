"""What the operator wrote: organisation, people, deckies; and the time these people work.

:mod:`~decnet_emailgen.world.load` turns the text of a personas file into a
:class:`~decnet_emailgen.world.model.World` or into a list of problems;
:mod:`~decnet_emailgen.world.calendar` knows when each person works. Everything here is pure:
the caller reads files and clocks.
"""
