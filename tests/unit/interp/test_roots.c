// SPDX-License-Identifier: MIT
#include "interp/roots.h"

#include "base/text.h"

#include "../python/literal_frames.h"

#include <inttypes.h>

enum { RUNTIME_BYTES = 1 << 19, INTERPRETER_BYTES = 1 << 19, ROOTS_MAX = 1000 };

// The roots of one visit, without the well-known types that are there in any case.
struct found {
	struct root_visitor base;
	const struct literal *literal;
	struct {
		char label[120];
		addr_t to;
		enum root_kind kind;
		struct root_id id;
	} items[ROOTS_MAX];
	size_t count;
};

struct scene {
	struct literal *literal;
	struct interpreter interpreter;
	struct found found;
};

static void add_root(struct root_visitor *visitor, addr_t to, const struct root_id *id)
{
	struct found *found = (struct found *)visitor;
	const struct python python = literal_python(found->literal);
	struct text label = {0};
	bool is_well_known = id->kind == ROOT_TYPE && id->field == FIELD_COUNT;
	if (found->count == ROOTS_MAX || is_well_known)
		return;
	bool is_named = id->kind == ROOT_THREAD && id->detail == 12;
	roots_label(&python, id, is_named ? "worker" : NULL, &label);
	snprintf(found->items[found->count].label, sizeof(found->items[0].label), "%s", label.bytes);
	text_deinit(&label);
	found->items[found->count].to = to;
	found->items[found->count].id = *id;
	found->items[found->count++].kind = id->kind;
}

static void begin(struct scene *scene, struct literal *literal)
{
	scene->literal = literal;
	scene->found.base = (struct root_visitor){.root = add_root};
	scene->found.literal = literal;
	literal->runtime.address = literal_allocate(literal, RUNTIME_BYTES);
	scene->interpreter =
		(struct interpreter){.address = literal_allocate(literal, INTERPRETER_BYTES)};
}

static enum status visit_all(struct scene *scene)
{
	scene->found.count = 0;
	const struct python python = literal_python(scene->literal);
	return roots_visit(&scene->literal->runtime, &python, &scene->interpreter,
		&scene->found.base);
}

static bool has(const struct scene *scene, const char *label, addr_t to, enum root_kind kind)
{
	for (size_t i = 0; i < scene->found.count; i++) {
		if (!strcmp(scene->found.items[i].label, label) &&
			scene->found.items[i].to == to && scene->found.items[i].kind == kind)
			return true;
	}
	printf("# no root %s\n", label);
	for (size_t i = 0; i < scene->found.count; i++)
		printf("#   %s 0x%" PRIx64 "\n", scene->found.items[i].label,
			scene->found.items[i].to);
	return false;
}

// What the root with this label is told apart by.
static struct root_id id_of(const struct scene *scene, const char *label)
{
	for (size_t i = 0; i < scene->found.count; i++)
		if (!strcmp(scene->found.items[i].label, label))
			return scene->found.items[i].id;
	return (struct root_id){.field = FIELD_COUNT};
}

static addr_t in_interpreter(const struct scene *scene, enum layout_field field)
{
	return scene->interpreter.address + scene->literal->layout.field[field];
}

static void test_interpreter(struct literal *literal)
{
	static struct scene scene;
	begin(&scene, literal);
	CHECK(visit_all(&scene) == STATUS_OK);
	CHECK(scene.found.count == 0); // nothing but NULLs
	scene.interpreter.modules = 0x1000;
	scene.interpreter.garbage = 0x1010;
	put_field(literal, scene.interpreter.address, FIELD_interp_sysdict, 0x1020);
	put_field(literal, scene.interpreter.address, FIELD_interp_codec_search_path, 0x1030);
	put_field(literal, scene.interpreter.address, FIELD_interp_audit_hooks, 0x1040);
	CHECK(visit_all(&scene) == STATUS_OK);
	CHECK(scene.found.count == 5);
	CHECK(has(&scene, "sys.modules", 0x1000, ROOT_MODULES));
	CHECK(has(&scene, "gc.garbage", 0x1010, ROOT_INTERPRETER));
	CHECK(has(&scene, "sys.__dict__", 0x1020, ROOT_INTERPRETER));
	CHECK(has(&scene, "<codecs>.search_path", 0x1030, ROOT_INTERPRETER));
	CHECK(has(&scene, "<sys.addaudithook>", 0x1040, ROOT_INTERPRETER));
	struct root_id id = id_of(&scene, "<codecs>.search_path");
	CHECK(id.holder == scene.interpreter.address);
	CHECK(id.field == FIELD_interp_codec_search_path);
}

static void test_atexit(struct literal *literal)
{
	static struct scene scene;
	begin(&scene, literal);
	addr_t interpreter = scene.interpreter.address;
	if (!layout_has(&literal->layout, FIELD_interp_atexit_callbacks))
		return;
	addr_t array = literal_allocate(literal, 16);
	put_field(literal, interpreter, FIELD_interp_atexit_callbacks, array);
	if (!layout_has(&literal->layout, FIELD_interp_atexit_count)) {
		CHECK(visit_all(&scene) == STATUS_OK);
		CHECK(has(&scene, "<atexit>", array, ROOT_INTERPRETER));
		return;
	}
	addr_t callback = literal_allocate(literal, 24);
	put_u64(literal, array + 8, callback); // the first one was unregistered
	put_u64(literal, callback, 0x1000);
	put_u64(literal, callback + 8, 0x1010);
	put_int(literal, interpreter, FIELD_interp_atexit_count, 2);
	CHECK(visit_all(&scene) == STATUS_OK);
	CHECK(scene.found.count == 2);
	CHECK(has(&scene, "<atexit>.func", 0x1000, ROOT_INTERPRETER));
	CHECK(has(&scene, "<atexit>.args", 0x1010, ROOT_INTERPRETER));
	CHECK(id_of(&scene, "<atexit>.args").detail == 2);

	put_int(literal, interpreter, FIELD_interp_atexit_count, INT32_MAX);
	CHECK(visit_all(&scene) == STATUS_INVALID);
	put_int(literal, interpreter, FIELD_interp_atexit_count, -1);
	CHECK(visit_all(&scene) == STATUS_OK);
	put_int(literal, interpreter, FIELD_interp_atexit_count, 2);
	put_u64(literal, array, 0x1000);
	CHECK(visit_all(&scene) == STATUS_UNREADABLE);
	CHECK(has(&scene, "<atexit>.func", 0x1000, ROOT_INTERPRETER));
}

static void test_tasks(struct literal *literal)
{
	static struct scene scene;
	begin(&scene, literal);
	if (!layout_has(&literal->layout, FIELD_interp_asyncio_tasks_head))
		return;
	uint64_t node = literal->layout.field[FIELD_task_node];
	addr_t head = in_interpreter(&scene, FIELD_interp_asyncio_tasks_head);
	addr_t first = literal_allocate(literal, 512), second = literal_allocate(literal, 512);
	put_u64(literal, head, first + node);
	put_u64(literal, first + node, second + node);
	put_u64(literal, second + node, head);
	CHECK(visit_all(&scene) == STATUS_OK);
	CHECK(scene.found.count == 2);
	CHECK(has(&scene, "<asyncio tasks>", first, ROOT_INTERPRETER));
	CHECK(has(&scene, "<asyncio tasks>", second, ROOT_INTERPRETER));
	put_u64(literal, second + node, first + node); // a circle beside the head
	CHECK(visit_all(&scene) == STATUS_INVALID);
	CHECK(scene.found.count < 10);
}

static void test_threads(struct literal *literal)
{
	static struct scene scene;
	begin(&scene, literal);
	struct objects objects = make_objects(literal, "retrieve_user");
	addr_t frame = make_frame(literal, &objects, 0, UNKNOWN_DEPTH, 4);
	addr_t other = make_thread(literal, scene.interpreter.address, 0, 0, 11);
	addr_t thread = make_thread(literal, scene.interpreter.address, other, frame, 12);
	addr_t item = literal_allocate(literal, 64);
	put_field(literal, scene.interpreter.address, FIELD_interp_threads_head, thread);
	put_field(literal, thread, FIELD_thread_context, 0x1000);
	put_field(literal, thread, FIELD_thread_exc_info, item);
	put_field(literal, item, FIELD_exc_item_value, 0x1010);
	put_field(literal, other, FIELD_thread_context, 0x1020);
	CHECK(visit_all(&scene) == STATUS_OK);
	bool has_tid = layout_has(&literal->layout, FIELD_thread_native_thread_id);
	CHECK(has(&scene, has_tid ? "<thread 12 worker>.context" : "<thread 1012>.context", 0x1000,
		ROOT_THREAD));
	CHECK(has(&scene,
		has_tid ? "<thread 12 worker>.handled_exception" : "<thread 1012>.handled_exception",
		0x1010, ROOT_THREAD));
	CHECK(has(&scene, has_tid ? "<thread 11>.context" : "<thread 1011>.context", 0x1020,
		ROOT_THREAD));
	if (has_interpreter_frames(literal)) {
		CHECK(has(&scene, "<frame retrieve_user service.py:12>.second", objects.values[1],
			ROOT_FRAME));
		CHECK(has(&scene, "<frame retrieve_user service.py:12>.<stack 0>",
			objects.values[2], ROOT_STALE));
		CHECK(has(&scene, "<frame retrieve_user service.py:12>.f_func", objects.function,
			ROOT_FRAME));
		struct root_id id = id_of(&scene, "<frame retrieve_user service.py:12>.<stack 0>");
		CHECK(id.holder == frame && id.slot == FRAME_STALE && id.detail == 0);
	} else {
		CHECK(has(&scene, "<frame retrieve_user service.py:12>", frame, ROOT_FRAME));
	}
	put_field(literal, item, FIELD_exc_item_previous, item);
	CHECK(visit_all(&scene) == STATUS_INVALID);
	put_field(literal, item, FIELD_exc_item_previous, 0);

	// A broken list of threads costs the threads.
	scene.interpreter.modules = 0x1000;
	put_field(literal, other, FIELD_thread_next, thread);
	CHECK(visit_all(&scene) == STATUS_INVALID);
	CHECK(scene.found.count == 1);
	CHECK(has(&scene, "sys.modules", 0x1000, ROOT_MODULES));
}

static void test_type_states(struct literal *literal)
{
	static struct scene scene;
	begin(&scene, literal);
	if (!layout_has(&literal->layout, FIELD_interp_type_states))
		return;
	addr_t state = in_interpreter(&scene, FIELD_interp_type_states);
	put_field(literal, state, FIELD_type_state_type,
		literal->runtime.well_known[WELL_KNOWN_dict]);
	put_field(literal, state, FIELD_type_state_dict, 0x1000);
	state += literal->layout.field[FIELD_type_state_size];
	put_field(literal, state, FIELD_type_state_type, 0x2000); // no type: the array ends
	put_field(literal, state, FIELD_type_state_dict, 0x1010);
	CHECK(visit_all(&scene) == STATUS_OK);
	CHECK(scene.found.count == 1);
	CHECK(has(&scene, "<static dict>.__dict__", 0x1000, ROOT_TYPE));
	CHECK(id_of(&scene, "<static dict>.__dict__").holder ==
		literal->runtime.well_known[WELL_KNOWN_dict]);
}

// Where nothing is to be read any more, what is left of a label is said.
static void test_labels(struct literal *literal)
{
	const struct python python = literal_python(literal);
	struct text text = {0};
	struct root_id id = {.kind = ROOT_FRAME, .slot = FRAME_LOCAL, .holder = 16, .detail = 16};
	roots_label(&python, &id, NULL, &text);
	CHECK_STRING(text.bytes, "<frame>.<local>");
	text_deinit(&text);
	id = (struct root_id){.kind = ROOT_TYPE, .field = FIELD_COUNT, .holder = 16};
	roots_label(&python, &id, NULL, &text);
	CHECK_STRING(text.bytes, "<static type>");
	text_deinit(&text);
}

static void test_strings(struct literal *literal)
{
	static struct scene scene;
	begin(&scene, literal);
	put_field(literal, scene.interpreter.address, FIELD_interp_interned_strings, 0x1000);
	CHECK(visit_all(&scene) == STATUS_OK);
	CHECK(scene.found.count == layout_has(&literal->layout, FIELD_interp_interned_strings));
	put_field(literal, scene.interpreter.address, FIELD_interp_interned_strings, 0);
	literal->runtime.interned_variable = literal_allocate(literal, 8);
	put_u64(literal, literal->runtime.interned_variable, 0x1010);
	CHECK(visit_all(&scene) == STATUS_OK);
	CHECK(has(&scene, "<interned strings>", 0x1010, ROOT_STRINGS));
	literal->runtime.interned_variable = 0x1000;
	CHECK(visit_all(&scene) == STATUS_UNREADABLE);
	literal->runtime.interned_variable = 0;
}

static void test_all(struct literal *literal)
{
	test_interpreter(literal);
	test_atexit(literal);
	test_tasks(literal);
	test_threads(literal);
	test_type_states(literal);
	test_strings(literal);
	test_labels(literal);
}

int main(void)
{
	literal_each_memory(test_all);
	return test_done();
}
