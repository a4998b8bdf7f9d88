// SPDX-License-Identifier: MIT
#include "heap/type_name.h"

#include "base/guard.h"
#include "base/text.h"
#include "heap/dict_reader.h"
#include "heap/type.h"
#include "heap/type_fields.h"
#include "interp/string.h"
#include "target/capture.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 512 };

// Adds bytes up to a NUL as long as the image holds them. True where the NUL was found or the limit
// was reached.
static bool add_from_image(const struct image *image, addr_t address, struct text *text)
{
	while (text->length < NAME_MAX_BYTES) {
		const char *byte = image_at(image, address++, 1);
		if (!byte)
			return false;
		if (!*byte)
			return true;
		text_add_bytes(text, byte, 1);
	}
	return true;
}

enum status c_string_read(
	const struct heap *heap, const struct capture *capture, addr_t address, char **ret)
{
	AUTO(text_deinit) struct text text = {0};
	if (!add_from_image(heap->image, address, &text)) {
		if (!capture)
			return STATUS_UNREADABLE;
		return capture_read_string(capture, address, NAME_MAX_BYTES, ret);
	}
	char *string = text_take(&text);
	if (!string)
		return STATUS_NO_MEMORY;
	*ret = string;
	return STATUS_OK;
}

static bool add_str(const struct heap *heap, addr_t str, struct text *text)
{
	return str &&
	       string_add(heap->runtime, heap->image, str, NAME_MAX_BYTES, text) == STATUS_OK;
}

// type.__module__ is what the class's own dict says; C types made by PyType_FromSpec have it too.
static void add_module(const struct heap *heap, const struct type_fields *fields, struct text *text)
{
	addr_t module;
	if (!fields->dict || dict_find(heap, fields->dict, "__module__", &module) != STATUS_OK)
		return;
	if (str_equals(heap, module, "builtins"))
		return;
	size_t before = text->length;
	if (add_str(heap, module, text) && text->length > before)
		text_add(text, ".");
}

enum status type_name_make(
	const struct heap *heap, const struct type_fields *fields, const char *tp_name, char **ret)
{
	AUTO(text_deinit) struct text text = {0};
	uint64_t qualname = 0;
	if (fields->flags & TYPE_FLAG_HEAP)
		image_read_u64(heap->image,
			fields->address + heap_field(heap, FIELD_heap_type_qualname), &qualname);
	if (qualname)
		add_module(heap, fields, &text);
	if (!add_str(heap, qualname, &text)) {
		if (!strncmp(tp_name, "builtins.", strlen("builtins.")))
			tp_name += strlen("builtins.");
		text_add_foreign(&text, tp_name, strlen(tp_name));
	}
	char *name = text_take(&text);
	if (!name)
		return STATUS_NO_MEMORY;
	*ret = name;
	return STATUS_OK;
}
