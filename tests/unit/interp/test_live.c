// SPDX-License-Identifier: MIT
// Compares what leaktop reads from a running interpreter with what the interpreter says of itself.
#include "base/text.h"
#include "interp/roots.h"
#include "interp/threads.h"
#include "python/code.h"
#include "python/frame.h"
#include "python/str.h"

#include "../live.h"

#include <inttypes.h>

static const char script[] =
	"import atexit, builtins, gc, os, sys, threading, time, warnings\n"
	"gate = threading.Lock()\n"
	"gate.acquire()\n"
	"def outer(number):\n"
	"    inner(number)\n"
	"def inner(number):\n"
	"    mine = 'local %d' % number\n"
	"    # a line that is not code\n"
	"    gate.acquire()\n"
	"def numbers(limit):\n"
	"    for value in range(limit):\n"
	"        yield value\n"
	"def farewell(): pass\n"
	"atexit.register(farewell)\n"
	"threads = [threading.Thread(target=outer, args=(i,), daemon=True) for i in range(3)]\n"
	"for t in threads: t.start()\n"
	"wanted = inner.__code__.co_firstlineno + 3\n"
	"def line_of(t):\n"
	"    frame = sys._current_frames()[t.ident]\n"
	"    return frame.f_lineno if frame.f_code.co_name == 'inner' else 0\n"
	"while any(line_of(t) != wanted for t in threads): time.sleep(0.001)\n"
	"for t in threads:\n"
	"    frame, stack = sys._current_frames()[t.ident], []\n"
	"    print('local%d' % t.ident, id(frame.f_locals['mine']))\n"
	"    while frame:\n"
	"        code = frame.f_code\n"
	"        stack.append('%s %s %d' % (code.co_name, os.path.basename(code.co_filename),\n"
	"            frame.f_lineno))\n"
	"        frame = frame.f_back\n"
	"    print('tid%d' % t.ident, t.native_id)\n"
	"    print('stack%d' % t.ident, '|'.join(stack))\n"
	"del frame\n"
	"class Name(str): pass\n"
	"generator = numbers(1000000)\n"
	"next(generator)\n"
	"gc.disable()\n"
	"gc.set_threshold(123, 4, 5)\n"
	"for word, value in dict(modules=sys.modules, sys=sys.__dict__, builtins=builtins.__dict__,\n"
	"    garbage=gc.garbage, callbacks=gc.callbacks, farewell=farewell,\n"
	"    filters=warnings.filters, generator=generator, module=sys.modules['__main__'],\n"
	"    numbers_code=numbers.__code__, limit=generator.gi_frame.f_locals['limit'],\n"
	"    ).items():\n"
	"    print(word, id(value))\n"
	"def wait():\n"
	"    ascii = 'plain %d' % len(threads)\n"
	"    empty = ''\n"
	"    latin = 'caf\\xe9 %d' % len(threads)\n"
	"    wide = 'smile \\u263a %d' % len(threads)\n"
	"    widest = 'clef \\U0001d11e %d' % len(threads)\n"
	"    lone = 'half \\ud834 %d' % len(threads)\n"
	"    control = 'bell \\a \\u202e %d' % len(threads)\n"
	"    derived = Name(wide)\n"
	"    long = 'x' * 100000\n"
	"    number = len(threads)\n"
	"    print('main', threading.main_thread().ident)\n"
	"    print('counts', *gc.get_count())\n"
	"    print('collections', *[each['collections'] for each in gc.get_stats()])\n"
	"    print('collected', *[each['collected'] for each in gc.get_stats()])\n"
	"    print('version', '%d.%d.%d' % sys.version_info[:3])\n"
	"    print('debug', int(hasattr(sys, 'gettotalrefcount')))\n"
	"    print('READY', flush=True)\n"
	"    sys.stdin.read()\n"
	"wait()\n";

// The line of the script that begins so.
static int line_of(const char *beginning)
{
	char needle[100];
	snprintf(needle, sizeof(needle), "\n%s", beginning);
	const char *end = strstr(script, needle);
	int line = 2;
	for (const char *at = script; end && at < end; at++)
		line += *at == '\n';
	return line;
}

static int wait_line(void)
{
	return line_of("    sys.stdin.read()");
}

// What the roots gave: the addresses by label.
struct found {
	struct root_visitor base;
	const struct live *live;
	struct {
		char label[200];
		addr_t to;
		enum root_kind kind;
	} items[4000];
	size_t count;
};

static void add_label(
	struct found *found, addr_t to, enum root_kind kind, const char *label)
{
	if (found->count == sizeof(found->items) / sizeof(found->items[0]))
		return;
	snprintf(found->items[found->count].label, sizeof(found->items[0].label), "%s", label);
	found->items[found->count].to = to;
	found->items[found->count++].kind = kind;
}

static void add_root(struct root_visitor *visitor, addr_t to, const struct root_id *id)
{
	struct found *found = (struct found *)visitor;
	struct text label = {0};
	const struct python python = live_python(found->live);
	roots_label(&python, id, "someone", &label);
	add_label(found, to, id->kind, label.bytes);
	text_deinit(&label);
}

static addr_t find_root(const struct found *found, const char *label)
{
	for (size_t i = 0; i < found->count; i++) {
		if (!strcmp(found->items[i].label, label))
			return found->items[i].to;
	}
	return 0;
}

static bool has_root(const struct found *found, const char *label, addr_t to)
{
	for (size_t i = 0; i < found->count; i++) {
		if (!strcmp(found->items[i].label, label) && found->items[i].to == to)
			return true;
	}
	printf("# no root '%s' leads to 0x%" PRIx64 "\n", label, to);
	return false;
}

// Adds the variables of a frame under the label of its root.
struct expansion {
	struct frame_visitor base;
	const struct live *live;
	struct found *found;
	const char *label;
};

static void add_variable(
	struct frame_visitor *visitor, addr_t to, enum frame_slot slot, uint64_t detail)
{
	const struct python python = live_python(((struct expansion *)visitor)->live);
	struct expansion *expansion = (struct expansion *)visitor;
	struct text label = {0};
	text_add_format(&label, "%s.", expansion->label);
	if (slot == FRAME_LOCAL &&
		!str_add(&python, detail, 100, &label))
		add_label(expansion->found, to, ROOT_FRAME, label.bytes);
	text_deinit(&label);
}

// Up to 3.10 a root is the frame object, and its variables are for the heap to find.
static void expand_frames(const struct live *live, struct found *found)
{
	const struct python python = live_python(live);
	size_t count = found->count;
	for (size_t i = 0; i < count; i++) {
		struct expansion expansion = {.base = {.reference = add_variable},
			.live = live,
			.found = found,
			.label = found->items[i].label};
		bool is_frame = found->items[i].kind == ROOT_FRAME &&
			!layout_has(live->runtime->layout, FIELD_frame_code);
		if (is_frame)
			CHECK(!frame_object_visit(&python, found->items[i].to,
				&expansion.base));
	}
}

static void check_interpreter(const struct live *live)
{
	const struct interpreter *interpreter = &live->interpreters[0];
	CHECK_STRING(live->runtime->version_text, live_fact(live, "version"));
	CHECK(live->runtime->is_debug == (live_number(live, "debug") != 0));
	CHECK(!runtime_is_collecting(live->runtime, live->target));
	CHECK(live->interpreter_count == 1);
	CHECK(interpreter->id == 0);
	CHECK(interpreter->modules == live_number(live, "modules"));
	CHECK(interpreter->sysdict == live_number(live, "sys"));
	CHECK(interpreter->builtins == live_number(live, "builtins"));
	CHECK(interpreter->garbage == live_number(live, "garbage"));
	CHECK(interpreter->callbacks == live_number(live, "callbacks"));
}

static void check_collector(const struct live *live)
{
	const struct interpreter *interpreter = &live->interpreters[0];
	const struct generation *generations = interpreter->generations;
	char text[200];
	CHECK(!interpreter->gc_enabled);
	CHECK(!interpreter->gc_collecting);
	CHECK(interpreter->generation_count == 4);
	CHECK(generations[0].threshold == 123);
	CHECK(generations[1].threshold == 4);
	CHECK(generations[2].threshold == 5);
	int count = atoi(live_fact(live, "counts"));
	CHECK(generations[0].count > count - 100 && generations[0].count < count + 100);
	snprintf(text, sizeof(text), "%d %d", generations[1].count, generations[2].count);
	CHECK_STRING(strchr(live_fact(live, "counts"), ' ') + 1, text);
	snprintf(text, sizeof(text), "%" PRIu64 " %" PRIu64 " %" PRIu64, generations[0].collections,
		generations[1].collections, generations[2].collections);
	CHECK_STRING(live_fact(live, "collections"), text);
	snprintf(text, sizeof(text), "%" PRIu64 " %" PRIu64 " %" PRIu64, generations[0].collected,
		generations[1].collected, generations[2].collected);
	CHECK_STRING(live_fact(live, "collected"), text);
}

// "inner <string> 9|outer <string> 5|run threading.py 982|..." as the script prints it.
static char *describe_stack(const struct live *live, const struct python_thread *thread)
{
	const struct python python = live_python(live);
	struct text text = {0};
	addr_t at = thread->top_frame;
	for (unsigned i = 0; at; i++) {
		struct frame frame;
		char *name = NULL, *file = NULL;
		if (!CHECK(!frame_read(&python, at, &frame)))
			break;
		at = frame.previous;
		if (!frame.code)
			continue;
		CHECK(!code_describe(&python, frame.code, &name, &file));
		text_add_format(&text, "%s%s %s %d", text.length ? "|" : "", name ? name : "?",
			file ? file : "?", frame.line);
		free(name);
		free(file);
	}
	return text_take(&text);
}

static void check_threads(const struct live *live, const struct found *found)
{
	const struct python python = live_python(live);
	struct python_thread *threads = NULL;
	size_t count = 0;
	char word[64], main_stack[100];
	bool has_tid = layout_has(live->runtime->layout, FIELD_thread_native_thread_id);
	snprintf(main_stack, sizeof(main_stack), "wait <string> %d|<module> <string> %d",
		wait_line(), line_of("wait()"));
	if (!CHECK(!threads_read(&python, &live->interpreters[0], &threads,
		    &count, NULL)))
		return;
	CHECK(count == 4);
	for (size_t i = 0; i < count; i++) {
		char *stack = describe_stack(live, &threads[i]);
		bool is_main = threads[i].ident == live_number(live, "main");
		CHECK(threads[i].depth > 0);
		snprintf(word, sizeof(word), "stack%" PRIu64, threads[i].ident);
		CHECK_STRING(stack, is_main ? main_stack : live_fact(live, word));
		free(stack);
		if (is_main)
			continue;
		snprintf(word, sizeof(word), "local%" PRIu64, threads[i].ident);
		CHECK(has_root(found, "<frame inner <string>:9>.mine", live_number(live, word)));
		snprintf(word, sizeof(word), "tid%" PRIu64, threads[i].ident);
		CHECK(threads[i].tid == (has_tid ? live_number(live, word) : 0));
	}
	free(threads);
}

static void check_string(
	const struct live *live, const struct found *found, const char *variable, const char *expected)
{
	const struct python python = live_python(live);
	char label[200];
	struct text text = {0};
	snprintf(label, sizeof(label), "<frame wait <string>:%d>.%s", wait_line(), variable);
	CHECK(!str_add(&python, find_root(found, label), 20, &text));
	char *string = text_take(&text);
	CHECK_STRING(string, expected);
	free(string);
}

static void check_strings(const struct live *live, const struct found *found)
{
	const struct python python = live_python(live);
	struct text text = {0};
	char label[200];
	check_string(live, found, "ascii", "plain 3");
	check_string(live, found, "empty", "");
	check_string(live, found, "latin", "caf\xc3\xa9 3");
	check_string(live, found, "wide", "smile \xe2\x98\xba 3");
	check_string(live, found, "widest", "clef \xf0\x9d\x84\x9e 3");
	check_string(live, found, "lone", "half \\ud834 3");
	check_string(live, found, "control", "bell \\x07 \\u202e 3");
	check_string(live, found, "derived", "smile \xe2\x98\xba 3");
	check_string(live, found, "long", "xxxxxxxxxxxxxxxxxxxx...");
	snprintf(label, sizeof(label), "<frame wait <string>:%d>.number", wait_line());
	CHECK(str_add(&python, find_root(found, label), 20, &text) ==
		STATUS_INVALID);
	CHECK(str_add(&python, 16, 20, &text) == STATUS_UNREADABLE);
	text_deinit(&text);
}

static void check_roots(const struct live *live, const struct found *found)
{
	CHECK(found->items[0].kind == ROOT_MODULES);
	CHECK(has_root(found, "sys.modules", live_number(live, "modules")));
	CHECK(has_root(found, "sys.__dict__", live_number(live, "sys")));
	CHECK(has_root(found, "gc.garbage", live_number(live, "garbage")));
	CHECK(has_root(found, "warnings.filters", live_number(live, "filters")));
	// A list from 3.14 on; up to 3.9 with the atexit module.
	if (layout_has(live->runtime->layout, FIELD_interp_atexit_count))
		CHECK(has_root(found, "<atexit>.func", live_number(live, "farewell")));
	else if (layout_has(live->runtime->layout, FIELD_interp_atexit_callbacks))
		CHECK(find_root(found, "<atexit>") != 0);
	CHECK(has_root(found, "<static dict>", live->runtime->well_known[WELL_KNOWN_dict]));
	bool is_ordered = true;
	for (size_t i = 1; i < found->count; i++)
		is_ordered = is_ordered && found->items[i].kind >= found->items[i - 1].kind;
	CHECK(is_ordered);
}

// The references of a generator's frame.
struct frame_found {
	struct frame_visitor base;
	const struct live *live;
	addr_t limit, code;
	unsigned stack, stale;
};

static void add_reference(
	struct frame_visitor *visitor, addr_t to, enum frame_slot slot, uint64_t detail)
{
	const struct python python = live_python(((struct frame_found *)visitor)->live);
	struct frame_found *found = (struct frame_found *)visitor;
	struct text text = {0};
	if (slot == FRAME_STACK)
		found->stack++;
	if (slot == FRAME_STALE)
		found->stale++;
	if (slot == FRAME_FIELD && (detail == FIELD_frame_code || detail == FIELD_frame_object_code))
		found->code = to;
	if (slot == FRAME_LOCAL &&
		!str_add(&python, detail, 20, &text) &&
		!strcmp(text.bytes, "limit"))
		found->limit = to;
	text_deinit(&text);
}

static void check_generator(const struct live *live)
{
	const struct python python = live_python(live);
	struct frame_found found = {.base = {.reference = add_reference}, .live = live};
	const struct layout *layout = live->runtime->layout;
	addr_t generator = live_number(live, "generator"), frame = 0;
	enum status status;
	if (layout_has(layout, FIELD_generator_frame)) {
		frame = generator + layout->field[FIELD_generator_frame];
		status = frame_visit(&python, frame, &found.base);
	} else {
		image_read_u64(live->image,
			generator + layout->field[FIELD_generator_frame_object], &frame);
		status = frame_object_visit(&python, frame, &found.base);
	}
	CHECK(status == STATUS_OK);
	CHECK(found.limit == live_number(live, "limit"));
	CHECK(found.code == live_number(live, "numbers_code"));
	CHECK(found.stack == 1); // the iterator
	CHECK(found.stale == 0);
}

static void check_live(const struct live *live)
{
	const struct python python = live_python(live);
	struct found *found = calloc(1, sizeof(*found));
	if (!found)
		abort();
	found->base = (struct root_visitor){.root = add_root};
	found->live = live;
	CHECK(!roots_visit(live->runtime, &python, &live->interpreters[0], &found->base));
	check_roots(live, found);
	expand_frames(live, found);
	check_interpreter(live);
	check_collector(live);
	check_threads(live, found);
	check_strings(live, found);
	check_generator(live);
	free(found);
}

int main(void)
{
	live_each_installed(script, check_live);
	return test_done();
}
