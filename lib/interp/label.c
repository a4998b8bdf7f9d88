// SPDX-License-Identifier: MIT
#include "interp/label.h"

#include <inttypes.h>

void label_deinit(struct label *label)
{
	if (label)
		text_deinit(&label->text);
}

// Cuts the text to its first length bytes.
static void cut(struct label *label, size_t length)
{
	if (label->text.bytes)
		label->text.bytes[length] = '\0';
	label->text.length = length;
}

// Keeps what was added since cut(label, 0) as the beginning.
static void keep(struct label *label)
{
	label->length = label->text.length;
}

void label_begin(struct label *label, const char *beginning)
{
	cut(label, 0);
	text_add(&label->text, beginning);
	keep(label);
}

void label_begin_thread(struct label *label, uint64_t number, const char *name)
{
	cut(label, 0);
	text_add_format(&label->text, "<thread %" PRIu64, number);
	if (name)
		text_add_format(&label->text, " %s", name);
	text_add(&label->text, ">");
	keep(label);
}

void label_begin_frame(struct label *label, const char *function, const char *file, int line)
{
	cut(label, 0);
	text_add(&label->text, "<frame");
	if (function && file)
		text_add_format(&label->text, " %s %s:%d", function, file, line);
	text_add(&label->text, ">");
	keep(label);
}

void label_begin_type(struct label *label, const char *name)
{
	cut(label, 0);
	text_add_format(&label->text, "<static %s>", name ? name : "type");
	keep(label);
}

const char *label_with(struct label *label, const char *ending)
{
	cut(label, label->length);
	if (label->length && *ending)
		text_add(&label->text, ".");
	text_add(&label->text, ending);
	return label->text.bytes ? label->text.bytes : "";
}
