// SPDX-License-Identifier: MIT
#include "view/subject.h"

// FNV-1a, 64 bits.
struct subject subject_of_type(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325;
	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
	return (struct subject){SUBJECT_TYPE, hash};
}

struct subject subject_of_generation(int64_t interpreter, unsigned generation)
{
	return (struct subject){SUBJECT_GENERATION, (uint64_t)interpreter << 4 | generation};
}

bool subject_equals(struct subject left, struct subject right)
{
	return left.kind != SUBJECT_NONE && left.kind == right.kind && left.id == right.id;
}
