// SPDX-License-Identifier: MIT
// Every kind, on every layout, with random objects: whatever the bytes are, reading ends, stays
// inside the image, and reports no more references than the image can hold.
#include "heap/kind/kind.h"

#include "../../test.h"
#include "../fake_heap.h"
#include "../references.h"

#include <inttypes.h>

enum {
	ROUNDS = 120,
	OBJECT_SIZE = 1024,
	NOISE_SIZE = 1 << 16,
	// A circle may be walked round twice before it is noticed; far less than a hang.
	REFERENCES_LIMIT = 4 * FAKE_SIZE / 8,
};

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

// A word that goes wrong in one of the ways that words do.
static uint64_t hostile_word(uint64_t *state, addr_t object, addr_t noise)
{
	uint64_t random = next_random(state);
	switch (random >> 60) {
	case 0: return 0;
	case 1: return UINT64_MAX;
	case 2: return object;
	case 3: return object + 8 * (random % (OBJECT_SIZE / 8));
	case 4: return UINT64_C(1) << (random % 64);
	case 5: return (UINT64_C(1) << (random % 64)) - 1;
	case 6: return FAKE_START + FAKE_SIZE - random % 64;
	case 7: return random;
	case 8: return (uint64_t)INT64_MIN;
	case 9:
	case 10: return random % 64;
	case 11: return random % 4;
	default: return noise + 8 * (random % (NOISE_SIZE / 8));
	}
}

static void scribble(struct fake *fake, uint64_t *state, addr_t from, uint64_t size, addr_t object,
	addr_t noise)
{
	for (addr_t word = from; word < from + size; word += 8)
		fake_poke(fake, word, hostile_word(state, object, noise));
}

// A type that is read by this kind, or 0: the fallback has no name.
static addr_t type_for_kind(struct fake *fake, const struct kind *kind)
{
	uint64_t size = kind->size_field == FIELD_COUNT ? 128 : fake->layout.field[kind->size_field];
	const char *name = kind->type_names ? kind->type_names[0] : "lib.Unknown";
	if (size >= OBJECT_SIZE) // this version lacks the struct
		return 0;
	addr_t type = fake_static_type(fake, name, size, 0, TYPE_FLAG_GC, fake->object);
	if (kind->types)
		fake->runtime.well_known[kind->types[0]] = type;
	return type;
}

static uint64_t read_everything(struct fake *fake, addr_t address)
{
	static struct references found;
	struct object object;
	uint64_t ignored;
	enum status status = references_read(&fake->heap, address, &found);
	if (status == STATUS_NOT_FOUND || !object_read(&fake->heap, address, &object))
		return 0;
	status = object_size(&fake->heap, &object, &ignored);
	if (!status && object.type->kind->length)
		status = object.type->kind->length(&fake->heap, &object, &ignored);
	return found.count + (status == STATUS_COUNT); // the status may be any
}

static bool check_kind(struct fake *fake, const struct kind *kind, uint64_t *state)
{
	addr_t type = type_for_kind(fake, kind);
	if (!type)
		return true;
	const struct type *found = types_get(&fake->heap, type);
	if (!found || found->kind != kind) {
		printf("# %s: kind %s is read as %s\n", fake->layout.name, kind->name,
			found ? found->kind->name : "nothing");
		return false;
	}
	addr_t noise = fake_allocate(fake, NOISE_SIZE), start = fake->next;
	for (unsigned round = 0; round < ROUNDS; round++) {
		fake->next = start;
		addr_t object = fake_allocate(fake, OBJECT_SIZE + 64) + 64;
		if (round % 16 == 0)
			scribble(fake, state, noise, NOISE_SIZE, object, noise);
		scribble(fake, state, object - 64, OBJECT_SIZE + 64, object, noise);
		fake_set(fake, object, FIELD_object_type, type);
		uint64_t count = read_everything(fake, object);
		if (count > REFERENCES_LIMIT) {
			printf("# %s: kind %s reports %" PRIu64 "\n", fake->layout.name, kind->name,
				count);
			return false;
		}
	}
	fake->next = noise;
	return true;
}

// object and type themselves are what the fake heap is made of; their kinds are in test_kinds.c.
static bool is_of_the_heap_itself(const struct kind *kind)
{
	return kind == &kind_instance || !strcmp(kind->name, "type");
}

static void check_layout(const struct layout *layout)
{
	uint64_t state = 0x9e3779b97f4a7c15;
	bool good = true;
	printf("# %s %s\n", layout->name, layout->variant);
	for (const struct kind *const *kind = kinds; *kind; kind++) {
		struct fake fake;
		if (is_of_the_heap_itself(*kind))
			continue;
		fake_init(&fake, 0x030b02);
		fake.layout = *layout;
		types_destroy(fake.heap.types);
		if (types_create(&fake.heap.types))
			fake_die("cannot make a table of types");
		fake_well_known(&fake);
		good &= check_kind(&fake, *kind, &state);
		fake_deinit(&fake);
	}
	CHECK(good);
}

int main(void)
{
	for (const struct layout *const *layout = layout_tables(); *layout; layout++)
		check_layout(*layout);
	for (const struct layout *const *layout = layout_candidates(); *layout; layout++)
		check_layout(*layout);
	return test_done();
}
