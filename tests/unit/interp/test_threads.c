// SPDX-License-Identifier: MIT
#include "interp/threads.h"

#include "../python/literal_frames.h"

enum { OWNER_SHIM = 3, STATE_BYTES = 1 << 19 };

static void set_previous(struct literal *literal, addr_t frame, addr_t previous)
{
	put_field(literal, frame,
		has_interpreter_frames(literal) ? FIELD_frame_previous : FIELD_frame_object_back,
		previous);
}

static enum status read_threads(const struct literal *literal, addr_t interpreter,
	struct python_thread **ret, size_t *count)
{
	const struct interpreter state = {.address = interpreter};
	const struct python python = literal_python(literal);
	return threads_read(&python, &state, ret, count, NULL);
}

static void test_threads(struct literal *literal)
{
	struct objects objects = make_objects(literal, "work");
	addr_t interpreter = literal_allocate(literal, STATE_BYTES);
	addr_t outer = make_frame(literal, &objects, 0, 1, 0);
	addr_t middle = make_frame(literal, &objects, outer, 1, 0);
	addr_t inner = make_frame(literal, &objects, middle, 1, 0);
	addr_t idle = make_thread(literal, interpreter, 0, 0, 11);
	addr_t busy = make_thread(literal, interpreter, idle, inner, 12);
	struct python_thread *threads = NULL;
	size_t count = 0;
	bool has_tid = layout_has(&literal->layout, FIELD_thread_native_thread_id);
	bool has_shims = literal->layout.traits.has_shim_frames;
	if (has_shims) { // as where C code called back into Python
		put_byte(literal, inner, FIELD_frame_owner, OWNER_SHIM);
		put_byte(literal, outer, FIELD_frame_owner, OWNER_SHIM);
	}
	put_field(literal, interpreter, FIELD_interp_threads_head, busy);
	if (!CHECK(!read_threads(literal, interpreter, &threads, &count)) || !CHECK(count == 2))
		return;
	CHECK(threads[0].address == busy);
	CHECK(threads[0].tid == (has_tid ? 12 : 0));
	CHECK(threads[0].ident == 1012);
	CHECK(threads[0].depth == (has_shims ? 1 : 3));
	CHECK(threads[0].top_frame == (has_shims ? middle : inner));
	CHECK(threads[1].depth == 0);
	CHECK(threads[1].top_frame == 0);
	free(threads);
}

static void test_hostile_threads(struct literal *literal)
{
	struct objects objects = make_objects(literal, "work");
	addr_t interpreter = literal_allocate(literal, STATE_BYTES);
	addr_t outer = make_frame(literal, &objects, 0, 1, 0);
	addr_t inner = make_frame(literal, &objects, outer, 1, 0);
	addr_t last = make_thread(literal, interpreter, 0, inner, 11);
	addr_t first = make_thread(literal, interpreter, last, 0, 12);
	struct python_thread *threads = NULL;
	size_t count = 0;
	put_field(literal, interpreter, FIELD_interp_threads_head, first);

	set_previous(literal, outer, inner); // frames in a circle
	CHECK(!read_threads(literal, interpreter, &threads, &count));
	CHECK(count == 2 && threads[1].depth >= 2 && threads[1].depth < 20);
	free(threads);
	threads = NULL;
	set_previous(literal, outer, 0x1000); // frames that break off
	CHECK(!read_threads(literal, interpreter, &threads, &count));
	CHECK(count == 2 && threads[1].depth == 2);
	free(threads);
	threads = NULL;

	put_field(literal, last, FIELD_thread_next, first); // threads in a circle
	CHECK(read_threads(literal, interpreter, &threads, &count) == STATUS_INVALID);
	put_field(literal, last, FIELD_thread_next, 0x1000);
	CHECK(read_threads(literal, interpreter, &threads, &count) == STATUS_UNREADABLE);
	put_field(literal, last, FIELD_thread_next, 0);
	put_field(literal, last, FIELD_thread_interp, first);
	CHECK(read_threads(literal, interpreter, &threads, &count) == STATUS_INVALID);
	put_field(literal, interpreter, FIELD_interp_threads_head, 0);
	CHECK(!read_threads(literal, interpreter, &threads, &count));
	CHECK(count == 0);
	free(threads);
	CHECK(read_threads(literal, 0, &threads, &count) == STATUS_UNREADABLE);
}

static void test_all(struct literal *literal)
{
	test_threads(literal);
	test_hostile_threads(literal);
}

int main(void)
{
	literal_each_memory(test_all);
	return test_done();
}
