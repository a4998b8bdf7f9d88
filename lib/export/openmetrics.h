// SPDX-License-Identifier: MIT
// The exporter of the last samples as OpenMetrics text, which the textfile collector of Prometheus'
// node exporter reads too. Sets of labels are bounded: of types and containers the fastest growing,
// the other types as one; and so are the processes.
#pragma once

enum { METRICS_PROCESSES_MAX = 200, METRICS_ROWS_MAX = 1000 };
