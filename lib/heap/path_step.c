// SPDX-License-Identifier: MIT
#include "heap/path_step.h"

#include "base/guard.h"
#include "heap/int_value.h"
#include "heap/type.h"
#include "interp/string.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_CHARACTERS = 64 };

enum path_names path_step_names(const struct path_step *step)
{
	if (step->edge != EDGE_FIELD)
		return PATH_DATA;
	switch (step->detail) {
	case NAME___dict__:
		return PATH_ATTRIBUTES;
	case NAME___globals__:
	case NAME___builtins__:
	case NAME___kwdefaults__:
	case NAME___annotations__:
	case NAME_f_globals:
	case NAME_f_builtins:
	case NAME_f_locals:
		return PATH_GLOBALS;
	default:
		return PATH_DATA;
	}
}

void path_name_add(const struct heap *heap, addr_t str, struct text *text)
{
	AUTO(text_deinit) struct text name = {0};
	enum status status =
		string_add(heap->runtime, heap->image, str, NAME_MAX_CHARACTERS, &name);
	text_add(text, status || !name.length ? "?" : name.bytes);
}

// Whether Python would take the text for a name; letters outside ASCII are taken on trust.
static bool is_identifier(const char *name)
{
	if (!*name || isdigit((unsigned char)*name))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '_' &&
			!((unsigned char)*name & 0x80))
			return false;
	return true;
}

static void add_attribute(const struct heap *heap, addr_t str, struct text *text)
{
	AUTO(text_deinit) struct text name = {0};
	if (str)
		path_name_add(heap, str, &name);
	bool is_plain = name.bytes && is_identifier(name.bytes);
	text_add_format(text, is_plain ? ".%s" : ".<%s>", name.bytes ? name.bytes : "?");
}

static void add_slot(const struct heap *heap, addr_t name_address, struct text *text)
{
	AUTO(freep) char *name = NULL;
	text_add(text, ".");
	if (types_read_name(heap, name_address, &name))
		text_add(text, "<slot>");
	else
		text_add_foreign(text, name, strnlen(name, NAME_MAX_CHARACTERS));
}

// A data key as a person would write it.
static void add_key(const struct heap *heap, addr_t key, struct text *text)
{
	struct object object;
	int64_t number;
	if (!object_read(heap, key, &object)) {
		text_add(text, "?");
	} else if (object.type->flags & TYPE_FLAG_STR) {
		text_add(text, "\"");
		path_name_add(heap, key, text);
		text_add(text, "\"");
	} else if (int_value_read(heap, &object, &number)) {
		text_add_format(text, "%" PRId64, number);
	} else {
		text_add_format(text, "<%s>", object.type->name);
	}
}

static void add_value(const struct heap *heap, addr_t key, enum path_names names, bool with_values,
	struct text *text)
{
	if (names == PATH_ATTRIBUTES) {
		add_attribute(heap, key, text);
		return;
	}
	text_add(text, "[");
	if (names == PATH_GLOBALS || with_values)
		add_key(heap, key, text);
	else
		text_add(text, "...");
	text_add(text, "]");
}

void path_step_add(const struct heap *heap, const struct path_step *step, enum path_names names,
	bool with_values, struct text *text)
{
	switch (step->edge) {
	case EDGE_FIELD:
		text_add_format(text, ".%s", field_name_text(step->detail));
		break;
	case EDGE_ATTRIBUTE:
	case EDGE_LOCAL:
		add_attribute(heap, step->detail, text);
		break;
	case EDGE_SLOT:
		add_slot(heap, step->detail, text);
		break;
	case EDGE_INDEX:
		text_add_format(text, "[%" PRIu64 "]", step->detail);
		break;
	case EDGE_KEY:
		text_add(text, ".<key>");
		break;
	case EDGE_VALUE:
		add_value(heap, step->detail, names, with_values, text);
		break;
	case EDGE_ELEMENT:
		text_add(text, "{...}");
		break;
	case EDGE_STACK:
		text_add_format(text, ".<stack %" PRIu64 ">", step->detail);
		break;
	case EDGE_OPAQUE:
		text_add_format(text, ".<+%" PRIu64 ">", step->detail);
		break;
	case EDGE_TYPE:
		text_add(text, ".__class__");
		break;
	}
}
