// SPDX-License-Identifier: MIT
#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// strtod() alone would also take "inf", "0x1p3" and leading spaces.
static bool parse_prefix(const char *string, double *ret, const char **ret_end)
{
	if (!isdigit((unsigned char)string[0]) && string[0] != '.')
		return false;
	if (string[strspn(string, "0123456789")] == 'x')
		return false;
	char *end;
	errno = 0;
	*ret = strtod(string, &end);
	*ret_end = end;
	return end != string && !errno && isfinite(*ret);
}

bool number_parse_count(const char *string, uint64_t most, uint64_t *ret)
{
	if (!isdigit((unsigned char)string[0]) || string[strspn(string, "0123456789")])
		return false;
	errno = 0;
	uint64_t number = strtoull(string, NULL, 10);
	if (errno || number > most)
		return false;
	*ret = number;
	return true;
}

bool number_parse_bytes(const char *string, uint64_t *ret)
{
	static const char units[] = "KMGT";
	double number;
	const char *end;
	if (!parse_prefix(string, &number, &end))
		return false;
	if (*end) {
		const char *unit = strchr(units, toupper((unsigned char)*end));
		if (!unit || end[1])
			return false;
		number *= pow(1024, (double)(unit - units + 1));
	}
	if (number < 1 || number > 1e18)
		return false;
	*ret = (uint64_t)number;
	return true;
}

bool number_parse_duration(
	const char *string, double alone, double least, double most, double *ret)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {
		{"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {"w", 7 * 86400}};
	double number, unit = alone;
	const char *end;
	if (!parse_prefix(string, &number, &end))
		return false;
	if (*end) {
		size_t i = 0, count = sizeof(units) / sizeof(*units);
		while (i < count && strcmp(units[i].name, end) != 0)
			i++;
		if (i == count)
			return false;
		unit = units[i].seconds;
	}
	number *= unit;
	if (number < least || number > most)
		return false;
	*ret = number;
	return true;
}
