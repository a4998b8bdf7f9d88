// SPDX-License-Identifier: MIT
#include "result/label.h"

#include "../test.h"

int main(void)
{
	CHECK_STRING(field_name_text(NAME___code__), "__code__");
	CHECK_STRING(field_name_text(NAME_f_locals), "f_locals");
	CHECK_STRING(field_name_text(NAME_none), "");
	CHECK_STRING(field_name_text(FIELD_NAME_COUNT), "");
	CHECK_STRING(field_name_text(UINT64_MAX), "");
	for (unsigned name = 1; name < FIELD_NAME_COUNT; name++)
		if (!*field_name_text(name) || !strcmp(field_name_text(name), field_name_text(name - 1)))
			CHECK(!"every name has a text of its own");
	return test_done();
}
