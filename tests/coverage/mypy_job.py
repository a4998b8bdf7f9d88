# SPDX-License-Identifier: MIT
"""mypy on a module and all that it imports; the trees of all of them are kept."""

import tarfile

import job
from mypy import build, modulefinder, options


def work():
    settings = options.Options()
    settings.incremental = False
    settings.cache_dir = "/dev/null"
    source = modulefinder.BuildSource(tarfile.__file__, "job_tarfile", None)
    return build.build([source], settings)


job.serve(work)
