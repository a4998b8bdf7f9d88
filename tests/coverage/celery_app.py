# SPDX-License-Identifier: MIT
"""Tasks for a Celery worker, with a directory as broker: run as a script it sends COUNT of them."""

import os
import sys

from celery import Celery

directory = os.environ["LEAKTOP_BROKER"]
app = Celery("celery_app", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": directory,
        "data_folder_out": directory,
        "processed_folder": directory + "/processed",
        "store_processed": False,
    },
    task_ignore_result=True,
    worker_hijack_root_logger=False,
)
results = {}


@app.task
def add(number):
    results[number] = sum(range(number % 1000))
    return results[number]


if __name__ == "__main__":
    for i in range(int(sys.argv[1])):
        add.delay(i)
