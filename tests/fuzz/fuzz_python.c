// SPDX-License-Identifier: MIT
// CPython's primitives over memory that the input fills: a dict, a str, a list, a type, frames and the
// line table of their code. Each reader must end, and read nothing outside; of a copy and live.
#include "fuzz.h"

#include "base/text.h"
#include "python/code.h"
#include "python/dict.h"
#include "python/frame.h"
#include "python/int.h"
#include "python/list.h"
#include "python/str.h"
#include "python/type.h"
#include "target/target.h"

#include "../unit/heap/fake_heap.h"

enum { DATA_BYTES = 4096, PLACES = 16, ENTRIES_MAX = 1 << 16, SLOTS_MAX = 1 << 18 };

// The input's words, of which the small ones stand for places inside the memory that it fills.
static void fill(struct fake *fake, addr_t data, const uint8_t *input, size_t size)
{
	const addr_t known[] = {fake->type, fake->str, fake->dict, fake->list, fake->object};
	for (size_t i = 0; i + 8 <= DATA_BYTES; i += 8) {
		uint64_t word = 0;
		if (size)
			for (size_t j = 0; j < 8; j++)
				word |= (uint64_t)input[(i + j) % size] << 8 * j;
		if ((word & 0xff) < 64)
			word = data + (word & 63) * (DATA_BYTES / 64);
		else if ((word & 0xff) < 80)
			word = known[word % 5];
		fake_poke(fake, data + i, word);
	}
}

struct counter {
	struct frame_visitor base;
	unsigned count;
};

static void count_reference(
	struct frame_visitor *visitor, addr_t to, enum frame_slot slot, uint64_t detail)
{
	struct counter *counter = (struct counter *)visitor;
	(void)slot;
	(void)detail;
	if (!to || ++counter->count > SLOTS_MAX)
		abort();
}

static void read_dict(const struct python *python, addr_t at)
{
	struct dict_reader reader;
	struct dict_entry entry;
	uint64_t size;
	unsigned count = 0;
	if (!dict_reader_init(python, at, &reader))
		while (dict_reader_next(&reader, &entry))
			if (++count > ENTRIES_MAX)
				abort();
	if (dict_tables_size(python, at, &size) || dict_find(python, at, "name", &entry.value))
		return;
}

static void read_text(const struct python *python, addr_t at)
{
	struct text text = {0};
	uint64_t size = 0;
	enum status status = str_add(python, at, 1000, &text);
	if (!status && text.bytes && strlen(text.bytes) != text.length)
		abort();
	status = str_size(python, at, &size);
	(void)status;
	str_equals(python, at, "name");
	text_deinit(&text);
}

static void read_frame(const struct python *python, addr_t at)
{
	struct counter counter = {{count_reference}, 0};
	struct frame frame;
	char *name = NULL, *file = NULL;
	enum status status = frame_read(python, at, &frame);
	status = frame_visit(python, at, &counter.base);
	status = frame_object_visit(python, at, &counter.base);
	if (!code_describe(python, at, &name, &file)) {
		free(name);
		free(file);
	}
	for (int offset = -2; offset < 64; offset += 2)
		code_line(python, at, offset);
	(void)status;
}

static void read_others(const struct python *python, addr_t at)
{
	struct type_fields fields;
	struct items items;
	int64_t value;
	char *name = NULL;
	addr_t item;
	uint64_t offset;
	if (!type_read_fields(python, at, &fields)) {
		for (uint64_t i = 0; i < fields.member_count; i++)
			type_read_slot(python, &fields, i, &offset, &item);
		if (!type_make_name(python, &fields, "name", &name))
			free(name);
	}
	if (!list_items(python, at, &items) && items.count &&
		items_read(python, &items, items.count - 1, &item))
		item = 0;
	if (!tuple_items(python, at, &items) && items.count &&
		items_read(python, &items, items.count - 1, &item))
		item = 0;
	if (int_read_value(python, at, &value))
		value = 0;
}

static void run_version(uint32_t version, const uint8_t *data, size_t size)
{
	struct fake fake;
	struct target *target = NULL;
	fake_init(&fake, version);
	fake.runtime.well_known[WELL_KNOWN_code] = fake.object;
	fake.runtime.well_known[WELL_KNOWN_tuple] = fake.list;
	addr_t start = fake_allocate(&fake, DATA_BYTES);
	fill(&fake, start, data, size);
	if (target_from_image(fake.image, &target, NULL))
		abort();
	const struct python pythons[] = {
		fake.heap.python, runtime_python_live(&fake.runtime, target)};
	for (unsigned i = 0; i < 2 * PLACES; i++) {
		addr_t at = start + i / 2 * (DATA_BYTES / PLACES);
		read_dict(&pythons[i % 2], at);
		read_text(&pythons[i % 2], at);
		read_frame(&pythons[i % 2], at);
		read_others(&pythons[i % 2], at);
	}
	fake.image = NULL; // the target's
	fake_deinit(&fake);
	target_close(target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t versions[] = {0x030b00, 0x030b02, 0x030c07, 0x030d05, 0x030e08, 0x030f00};
	if (size)
		run_version(versions[data[0] % 6], data + 1, size - 1);
	return 0;
}
