// SPDX-License-Identifier: MIT
#include "result/label.h"

const char *field_name_text(uint64_t name)
{
#define FIELD_NAME(name) [NAME_##name] = #name,
	static const char *const texts[FIELD_NAME_COUNT] = {
		[NAME_none] = "",
#include "result/field_names.def"
	};
#undef FIELD_NAME
	return name < FIELD_NAME_COUNT ? texts[name] : "";
}
