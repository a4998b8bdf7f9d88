// SPDX-License-Identifier: MIT
#include "view/sparkline.h"

#include "../test.h"

#include <math.h>

int main(void)
{
	char buffer[64];
	CHECK_STRING(sparkline(NULL, 0, buffer, sizeof(buffer)), "");
	CHECK_STRING(sparkline((double[]){5}, 1, buffer, sizeof(buffer)), "▁");
	CHECK_STRING(sparkline((double[]){5, 5, 5}, 3, buffer, sizeof(buffer)), "▁▁▁");
	CHECK_STRING(sparkline((double[]){0, 1, 2, 3, 4, 5, 6, 7}, 8, buffer, sizeof(buffer)),
		"▁▂▃▄▅▆▇█");
	CHECK_STRING(sparkline((double[]){-1e308, 1e308}, 2, buffer, sizeof(buffer)), "▁█");
	CHECK_STRING(sparkline((double[]){1, NAN, INFINITY, 2}, 4, buffer, sizeof(buffer)), "▁▁▁█");
	CHECK_STRING(sparkline((double[]){9, 1, 2, 3}, 4, buffer, 10), "▁▅█"); // the newest stay
	CHECK_STRING(sparkline((double[]){1, 2}, 2, buffer, 1), "");
	return test_done();
}
