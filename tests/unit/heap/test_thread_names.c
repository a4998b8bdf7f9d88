// SPDX-License-Identifier: MIT
#include "heap/thread_names.h"

#include "../live.h"
#include "heap/type.h"

static const char script[] =
	"import sys, threading\n"
	"wait = threading.Event()\n"
	"for name in ('worker', 'esc\\x1bape', 'x' * 100):\n"
	"    threading.Thread(target=wait.wait, name=name, daemon=True).start()\n"
	"# No one's threads: whatever stands there must do no harm.\n"
	"threading._active['no ident'] = 42\n"
	"threading._active[None] = type('Odd', (), {'_name': None, '_native_id': 'x'})()\n"
	"for number, thread in enumerate(threading.enumerate()[:4]):\n"
	"    print('thread%d' % number, thread.native_id)\n"
	"print('READY', flush=True)\n"
	"sys.stdin.read()\n";

static void test(const struct live *live)
{
	struct types *types = NULL;
	if (types_create(&types))
		abort();
	struct heap heap = {
		.python = runtime_python_copy(live->runtime, live->image, live->capture),
		.runtime = live->runtime,
		.layout = live->runtime->layout,
		.image = live->image,
		.types = types,
	};
	struct thread_names names = {0};
	for (size_t i = 0; i < live->interpreter_count; i++)
		CHECK(thread_names_add(&names, &heap, &live->interpreters[i]) == STATUS_OK);
	CHECK_STRING(thread_names_find(&names, live_number(live, "thread0")), "MainThread");
	CHECK_STRING(thread_names_find(&names, live_number(live, "thread1")), "worker");
	CHECK_STRING(thread_names_find(&names, live_number(live, "thread2")), "esc\\x1bape");
	const char *longest = thread_names_find(&names, live_number(live, "thread3"));
	CHECK(longest && strlen(longest) == 40 + 3 && strstr(longest, "xxx..."));
	CHECK(!thread_names_find(&names, 42));
	CHECK(names.by_tid.count == 4);
	thread_names_deinit(&names);

	struct interpreter none = {0};
	CHECK(thread_names_add(&names, &heap, &none) == STATUS_OK && !names.by_tid.count);
	types_destroy(types);
}

int main(void)
{
	live_each_installed(script, test);
	return test_done();
}
