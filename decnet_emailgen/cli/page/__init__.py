"""One self-contained page that shows a corpus like a webmail, with its charts.

:mod:`.gather` reads the store into plain values (:mod:`.letters`), :mod:`.figures` counts them,
:mod:`.charts` says what is to be drawn and :mod:`.svg` draws it, :mod:`.build` puts values and
charts into the page: ``page.html`` with its style and scripts, all packaged beside this file.
:func:`write` does it all.
"""

from decnet_emailgen.cli.page.write import write

__all__ = ["write"]
