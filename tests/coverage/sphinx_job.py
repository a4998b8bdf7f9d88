# SPDX-License-Identifier: MIT
"""Sphinx on a hundred pages, some of them taken from docstrings."""

import pathlib
import tempfile

import job
from sphinx.application import Sphinx

PAGES = 60
PAGE = """
Page {0}
========

.. _label-{0}:

See :ref:`label-{1}`, ``code`` and *more*.

.. code-block:: python

   def f(x):
       return x + {0}

.. py:function:: page{0}.f(x)

   Does it. :py:func:`page{1}.f`
"""


def work():
    top = pathlib.Path(tempfile.mkdtemp(prefix="leaktop-sphinx-"))
    try:
        return build(top)
    finally:
        for path in sorted(top.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        top.rmdir()


def build(top):
    source = top / "source"
    source.mkdir()
    (source / "conf.py").write_text("extensions = ['sphinx.ext.autodoc']\n")
    names = [f"page{i}" for i in range(PAGES)]
    (source / "index.rst").write_text(
        "Index\n=====\n\n.. toctree::\n\n   " + "\n   ".join([*names, "modules"]) + "\n"
    )
    for i, name in enumerate(names):
        (source / f"{name}.rst").write_text(PAGE.format(i, (i + 1) % PAGES))
    (source / "modules.rst").write_text(
        "Modules\n=======\n\n"
        + "\n\n".join(f".. automodule:: {name}\n   :members:" for name in ("tarfile", "argparse"))
    )
    app = Sphinx(
        str(source), str(source), str(top / "out"), str(top / "trees"), "html", warning=None
    )
    app.build()
    return app


job.serve(work)
