// SPDX-License-Identifier: MIT
#include "doctor/layout_text.h"

#include <stdio.h>

#include "base/text.h"
#include "target/machine.h"

static void add_version(struct text *text, uint32_t version)
{
	text_add_format(text, "%u.%u.%u", version >> 16, version >> 8 & 0xff, version & 0xff);
}

static void add_heading(struct text *text, const struct build_heading *heading)
{
	text_add(text, "build ");
	add_version(text, heading->release);
	text_add_format(text, "%s%s ", *heading->variant ? "/" : "", heading->variant);
	if (heading->first_version) {
		add_version(text, heading->first_version);
		text_add(text, "-");
		add_version(text, heading->last_version);
	} else {
		text_add(text, "-");
	}
	text_add_format(text, "%s%s\n", heading->origin ? " " : "",
		heading->origin ? heading->origin : "");
}

// A place that is good for each machine.
static void add_place(struct text *text, uint32_t place, uint32_t mutexes)
{
	if (place == LAYOUT_ABSENT) {
		text_add(text, "-");
		return;
	}
	text_add_format(text, "%u", place - mutexes * MACHINE_MUTEX_GROWTH);
	if (mutexes)
		text_add_format(text, "+%um", mutexes);
}

void layout_text_add_build(struct text *text, const struct layout *layout,
	const struct build_heading *heading)
{
	add_heading(text, heading);
	for (int i = 0; i < FIELD_COUNT; i++) {
		text_add_format(text, "%s ", layout_field_name((enum layout_field)i));
		add_place(text, layout->field[i], heading->mutexes[i]);
		text_add(text, heading->is_stated[i] ? "!\n" : "\n");
	}
}

static const char *describe_value(char buffer[16], const struct layout *layout, int field)
{
	if (layout->field[field] == LAYOUT_ABSENT)
		return "absent";
	if (layout->field[field] == LAYOUT_UNKNOWN)
		return "unknown";
	snprintf(buffer, 16, "%u", layout->field[field]);
	return buffer;
}

void layout_text_add_list(struct text *text, const struct layout *layout)
{
	char buffer[16];
	for (int i = 0; i < FIELD_COUNT; i++) {
		const char *in_struct, *member;
		layout_field_place((enum layout_field)i, &in_struct, &member);
		text_add_format(text, "%-32s %8s  %s%s%s\n", layout_field_name((enum layout_field)i),
			describe_value(buffer, layout, i), in_struct, *member ? " " : "", member);
	}
}

unsigned layout_text_add_difference(
	struct text *text, const struct layout *left, const struct layout *right)
{
	char left_buffer[16], right_buffer[16];
	unsigned different = 0;
	for (int i = 0; i < FIELD_COUNT; i++) {
		if (left->field[i] == right->field[i] || left->field[i] == LAYOUT_UNKNOWN ||
			right->field[i] == LAYOUT_UNKNOWN)
			continue;
		different++;
		text_add_format(text, "%-32s %8s %8s\n", layout_field_name((enum layout_field)i),
			describe_value(left_buffer, left, i), describe_value(right_buffer, right, i));
	}
	return different;
}
