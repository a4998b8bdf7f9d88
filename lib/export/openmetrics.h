// SPDX-License-Identifier: MIT
// Exports the last samples as OpenMetrics text, which the textfile collector of Prometheus' node
// exporter also reads. The number of label values is limited: the fastest growing types and
// containers are listed, and the other types as one; the number of processes is limited too.
#pragma once

enum { METRICS_PROCESSES_MAX = 200, METRICS_ROWS_MAX = 1000 };
