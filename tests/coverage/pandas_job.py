# SPDX-License-Identifier: MIT
"""Tables of numbers, texts and times: grouped, joined, resampled."""

import job
import numpy
import pandas

ROWS = 100_000


def table(seed):
    random = numpy.random.default_rng(seed)
    return pandas.DataFrame(
        {
            "user": random.integers(0, 1000, ROWS),
            "amount": random.normal(size=ROWS),
            "city": pandas.Categorical(random.choice(["Oslo", "Rome", "Riga"], ROWS)),
            "note": [f"note {i}" for i in range(ROWS)],
            "at": pandas.date_range("2024-01-01", periods=ROWS, freq="min"),
        }
    )


def work():
    sales = table(1)
    users = pandas.DataFrame({"user": range(1000), "name": [f"u{i}" for i in range(1000)]})
    joined = sales.merge(users, on="user")
    by_city = joined.groupby(["city", "name"], observed=True).amount.agg(["sum", "mean", "count"])
    daily = sales.set_index("at").amount.resample("1D").sum()
    records = joined.head(2000).to_dict("records")
    arrays = [numpy.arange(i) for i in range(2000)]
    views = [array[1:] for array in arrays]
    return joined, by_city, daily, records, arrays, views, numpy.array([{"a": 1}, None, "x"])


job.serve(work)
