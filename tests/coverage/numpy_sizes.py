# SPDX-License-Identifier: MIT
"""Arrays of many shapes; tells what sys.getsizeof says of all that were made."""

import json
import os
import sys

import numpy

kept = []


def make():
    owner = numpy.arange(1000.0)
    objects = numpy.array([object() for _ in range(50)], dtype=object)
    record = numpy.zeros(30, dtype=[("a", "i4"), ("b", object)])
    record["b"] = [[i] for i in range(30)]
    return [
        owner, owner[10:], owner.reshape(10, 100), numpy.zeros((3, 4, 5), order="F"),
        numpy.array(7), numpy.zeros((0, 9)), numpy.array(["abc", "defg"]),
        numpy.zeros(5, dtype="M8[s]"), objects, objects[::-1], record,
        numpy.frombuffer(b"12345678", dtype="u1"), numpy.matrix([[1, 2]]),
    ]  # fmt: skip


print("READY", flush=True)
for _ in sys.stdin:
    made = [make() for _ in range(20)]
    kept.append(made)
    arrays = [array for group in made for array in group]
    # What the views were made of counts too, where nothing else holds it.
    known = {id(array): array for array in arrays}
    for array in arrays:
        base = array.base
        while isinstance(base, numpy.ndarray):
            known[id(base)] = base
            base = base.base
    totals = {}
    for array in known.values():
        name = "numpy.ndarray" if type(array) is numpy.ndarray else "numpy.matrix"
        count, size = totals.get(name, (0, 0))
        totals[name] = (count + 1, size + sys.getsizeof(array))
    del arrays, known, array, base, made
    os.write(1, json.dumps(totals).encode() + b"\n")
