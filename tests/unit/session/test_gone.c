// SPDX-License-Identifier: MIT
// Targets that end, call exec or unload libraries right after the copy: the sample is the same as
// otherwise. Nothing reads the target any more by then; calls that would are counted (--wrap,
// tests.am).
#include "../live.h"
#include "analysis/results.h"
#include "session/session.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>

static const char script[] =
	"import array, collections, datetime, decimal, json, os, re, struct, sys, threading, zlib\n"
	"class Slotted: __slots__ = ('one', 'two')\n"
	"class Plain: pass\n"
	"kept = [Slotted() for _ in range(100)]\n"
	"for item in kept: item.one, item.two = Plain(), [datetime.datetime.now()] * 3\n"
	"various = {'queue': collections.deque(range(10)), 'numbers': array.array('d', [1.0] * 100),\n"
	"    'decimal': decimal.Decimal(1), 'scanner': json.JSONDecoder(), 'pattern': re.compile('a'),\n"
	"    'lock': threading.Lock(), 'zlib': zlib.compressobj(), 'struct': struct.Struct('i')}\n"
	"def unmap():\n"
	"    import ctypes\n"
	"    libc = ctypes.CDLL(None)\n"
	"    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]\n"
	"    ranges = []\n"
	"    for line in open('/proc/self/maps'):\n"
	"        parts = line.split()\n"
	"        if len(parts) > 5 and '/lib-dynload/' in parts[5] and 'ctypes' not in parts[5]:\n"
	"            start, end = (int(part, 16) for part in parts[0].split('-'))\n"
	"            ranges.append((start, end - start))\n"
	"    return libc.munmap, ranges\n"
	"# Lets go of the pages of constants, as the kernel does where memory is short.\n"
	"def drop():\n"
	"    import ctypes\n"
	"    libc = ctypes.CDLL(None)\n"
	"    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]\n"
	"    last = None\n"
	"    for line in open('/proc/self/maps').readlines():\n"
	"        parts = line.split()\n"
	"        if last and len(parts) > 5 and parts[1] == 'r--p' and last[1] == 'r-xp' and parts[5] == last[5]:\n"
	"            start, end = (int(part, 16) for part in parts[0].split('-'))\n"
	"            libc.madvise(start, end - start, 4)\n"
	"        last = parts\n"
	"try: munmap, ranges = unmap()\n"
	"except ImportError: ranges = None\n"
	"print('ctypes', int(ranges is not None))\n"
	"print('ranges', len(ranges or []))\n"
	"print('READY', flush=True)\n"
	"command = sys.stdin.readline()\n"
	"if command == 'exec\\n':\n"
	"    os.execv('/bin/sleep', ['sleep', '1000'])\n"
	"if command == 'drop\\n': drop(); os.read(0, 1)\n"
	"for range_ in ranges or []: munmap(*range_)\n"
	"os.read(0, 1)\n";

// Calls that can ask a process for something, while they are counted.
static bool is_counting;
static unsigned asked;

ssize_t __real_process_vm_readv(pid_t pid, const struct iovec *local, unsigned long local_count,
	const struct iovec *remote, unsigned long remote_count, unsigned long flags);
ssize_t __wrap_process_vm_readv(pid_t pid, const struct iovec *local, unsigned long local_count,
	const struct iovec *remote, unsigned long remote_count, unsigned long flags);
ssize_t __wrap_process_vm_readv(pid_t pid, const struct iovec *local, unsigned long local_count,
	const struct iovec *remote, unsigned long remote_count, unsigned long flags)
{
	asked += is_counting;
	return __real_process_vm_readv(pid, local, local_count, remote, remote_count, flags);
}

int __real_openat(int fd, const char *path, int flags, ...);
int __wrap_openat(int fd, const char *path, int flags, ...);
int __wrap_openat(int fd, const char *path, int flags, ...)
{
	asked += is_counting;
	return __real_openat(fd, path, flags);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	asked += is_counting;
	return __real_open(path, flags);
}

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode)
{
	asked += is_counting;
	return __real_fopen(path, mode);
}

static void command(const struct live *live, const char *line)
{
	CHECK(write(live->input, line, strlen(line)) == (ssize_t)strlen(line));
}

// Waits until a file of /proc/PID has the text, or has it no more.
static bool wait_for(const struct live *live, const char *name, const char *text, bool wanted)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)live->pid, name);
	for (unsigned i = 0; i < 10000; i++) {
		static char bytes[1 << 20];
		AUTO(fclosep) FILE *file = fopen(path, "re");
		size_t got = file ? fread(bytes, 1, sizeof(bytes) - 1, file) : 0;
		bytes[got] = '\0';
		if (got && !strstr(bytes, text) == !wanted)
			return true;
		nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000}, NULL);
	}
	return false;
}

static void do_nothing(struct live *live)
{
	(void)live;
}

static void end(struct live *live)
{
	kill(live->pid, SIGKILL);
	CHECK(waitpid(live->pid, NULL, 0) == live->pid);
	live->pid = 0;
}

static void become_another(struct live *live)
{
	command(live, "exec\n");
	CHECK(wait_for(live, "cmdline", "sleep", true));
}

// The extension modules, all but for what it takes to do so.
static void unload(struct live *live)
{
	command(live, "unmap\n");
	CHECK(wait_for(live, "syscall", "0x0 0x", true));
	if (live_number(live, "ranges"))
		CHECK(wait_for(live, "maps", "/lib-dynload/array", false));
	else
		printf("# nothing to unload\n");
}

static enum status finish(struct session *session)
{
	enum status status;
	do
		status = session_step(session, NULL);
	while (status == STATUS_MORE);
	return status;
}

static void compare_types(const struct census *a, const struct census *b)
{
	unsigned different = 0;
	CHECK(a->type_count == b->type_count && a->type_count > 100);
	for (size_t i = 0; i < a->type_count && i < b->type_count; i++) {
		const struct census_type *one = &a->types[i], *other = &b->types[i];
		if (!strcmp(one->name, other->name) && one->count == other->count &&
			one->bytes == other->bytes && one->opaque_count == other->opaque_count)
			continue;
		printf("# %s %llu, %s %llu\n", one->name, (unsigned long long)one->count,
			other->name, (unsigned long long)other->count);
		different++;
	}
	CHECK(!different);
}

static void compare_containers(const struct census *a, const struct census *b)
{
	unsigned different = 0, named = 0;
	CHECK(a->container_count == b->container_count);
	for (size_t i = 0; i < a->container_count && i < b->container_count; i++) {
		const char *one = a->containers[i].path, *other = b->containers[i].path;
		different += !one != !other || (one && strcmp(one, other) != 0) ||
			a->containers[i].length != b->containers[i].length;
		named += one != NULL;
	}
	CHECK(!different && named > 10);
}

static void compare(const struct sample *undisturbed, const struct sample *disturbed)
{
	if (!CHECK(undisturbed && disturbed && undisturbed->census && disturbed->census))
		return;
	CHECK(!memcmp(&undisturbed->census->totals, &disturbed->census->totals,
		sizeof(undisturbed->census->totals)));
	CHECK(undisturbed->census->totals.objects > 1000);
	compare_types(undisturbed->census, disturbed->census);
	compare_containers(undisturbed->census, disturbed->census);
}

static void test(const char *python, const char *what, void (*disturb)(struct live *live))
{
	AUTO(live_stop) struct live live = {.input = -1};
	AUTO(session_closep) struct session *session = NULL;
	struct error err = {""};
	printf("# %s, %s\n", python, what);
	if (!CHECK(live_spawn(&live, "", python, script)))
		return;
	live_wait_for_read(&live);
	const struct session_options options = {.pid = live.pid, .interval_seconds = 1};
	enum status status = session_open(&options, &session, &err);
	if (status) {
		if (!CHECK(status == STATUS_NOT_PYTHON && strstr(err.message, "not support")))
			printf("# %s\n", err.message);
		return;
	}
	CHECK(!session_begin_sample(session, &err) && !finish(session));
	CHECK(!session_begin_sample(session, &err));
	disturb(&live);
	asked = 0;
	is_counting = true;
	CHECK(!finish(session));
	is_counting = false;
	CHECK(!asked);
	const struct history *history = &session_results(session)->history;
	compare(history->previous, history->current);
	if (live.pid)
		kill(live.pid, SIGKILL);
}

// The first sample of a process whose constants are not in memory has all of its objects, if not the
// names of all types.
static void test_dropped(const char *python)
{
	AUTO(live_stop) struct live live = {.input = -1};
	struct error err = {""};
	printf("# %s, lets go of its constants\n", python);
	if (!CHECK(live_spawn(&live, "", python, script)))
		return;
	if (!live_number(&live, "ctypes")) {
		printf("# it has no ctypes to do so\n");
		return;
	}
	live_wait_for_read(&live);
	const struct session_options options = {.pid = live.pid, .interval_seconds = 1};
	struct session *session = NULL;
	if (session_open(&options, &session, &err))
		return;
	CHECK(!session_begin_sample(session, &err) && !finish(session));
	struct census_totals all = session_results(session)->history.current->census->totals;
	session_close(session);
	command(&live, "drop\n");
	CHECK(wait_for(&live, "syscall", "0x0 0x", true));
	if (CHECK(!session_open(&options, &session, &err))) {
		CHECK(!session_begin_sample(session, &err) && !finish(session));
		const struct census *census = session_results(session)->history.current->census;
		size_t unnamed = 0;
		for (size_t i = 0; i < census->type_count; i++)
			unnamed += !strncmp(census->types[i].name, "<type at 0x", 11);
		printf("# %llu objects before, %llu now; %zu types without a name\n",
			(unsigned long long)all.objects,
			(unsigned long long)census->totals.objects, unnamed);
		CHECK(census->totals.unreadable == all.unreadable);
		// The command took some, the line that was read among them.
		CHECK(llabs((long long)census->totals.objects - (long long)all.objects) < 500);
		session_close(session);
	}
	kill(live.pid, SIGKILL);
}

int main(void)
{
	const char *more = getenv("LEAKTOP_PYTHONS");
	AUTO(freep) char *list = NULL;
	if (asprintf(&list, "/usr/bin/python3 %s", more ? more : "") < 0)
		abort();
	char *rest = NULL;
	for (char *python = strtok_r(list, " ", &rest); python; python = strtok_r(NULL, " ", &rest)) {
		test(python, "does nothing", do_nothing);
		test(python, "ends", end);
		test(python, "runs another program", become_another);
		test(python, "unloads its modules", unload);
		test_dropped(python);
	}
	return test_done();
}
