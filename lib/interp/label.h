// SPDX-License-Identifier: MIT
// The words at the start of a path that tell a root: one beginning, many endings.
#pragma once

#include "base/text.h"

#include <stdint.h>

// {0} is an empty label.
struct label {
	struct text text;
	size_t length; // of the beginning
};

void label_deinit(struct label *label);

// Sets the beginning.
void label_begin(struct label *label, const char *beginning);

// "<thread 4712 worker>" with a name, "<thread 4712>" without.
void label_begin_thread(struct label *label, uint64_t number, const char *name);

// "<frame retrieve_user service.py:30>"; "<frame>" where function or file is NULL.
void label_begin_frame(struct label *label, const char *function, const char *file, int line);

// "<static dict>"; "<static type>" where name is NULL.
void label_begin_type(struct label *label, const char *name);

// The beginning and the ending, with a dot between them where neither is empty. Never NULL; good
// until the next call. The text is marked failed when memory ran out.
const char *label_with(struct label *label, const char *ending);
