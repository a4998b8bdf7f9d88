// SPDX-License-Identifier: MIT
// A process as /proc shows it: opened, read, listed, measured, without being stopped.
#include "target/target.h"

#include "../test.h"
#include "live/child.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/machine.h"
#include "target/process.h"
#include "target/root.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

enum { STRING_PAGES = 2 };

static size_t page_size(void)
{
	return (size_t)machine_page_size();
}

// Two pages that end in a string, and behind them nothing.
static void write_strings(struct shared *shared)
{
	char *bytes = mmap(NULL, (STRING_PAGES + 1) * page_size(), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(bytes + STRING_PAGES * page_size(), page_size());
	memset(bytes, 'x', STRING_PAGES * page_size());
	strcpy(bytes + STRING_PAGES * page_size() - 6, "hello");
	memcpy(bytes + page_size() - 3, "abcdef", 7);
	atomic_store(&shared->address, (unsigned long)bytes);
	beat_slowly(shared);
}

static void check_string(
	const struct target *target, addr_t addr, size_t limit, const char *expected)
{
	char *string = NULL;
	CHECK(!target_read_string(target, addr, limit, &string));
	CHECK_STRING(string, expected);
	free(string);
}

static void test_read(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(write_strings, shared);
	addr_t base = atomic_load(&shared->address);
	addr_t end = base + STRING_PAGES * page_size();
	struct target *target = NULL;
	struct error err = {""};
	char bytes[64];
	if (!CHECK(!target_open_pid(pid, &target, &err)))
		return;
	CHECK(target_pid(target) == pid && target_start_time(target) > 0);
	CHECK(!target_check(target, &err));
	CHECK(!target_read(target, base, bytes, 64) && bytes[0] == 'x');
	CHECK(!target_read(target, end - 6, bytes, 6) && !strcmp(bytes, "hello"));
	CHECK(!target_read(target, end, bytes, 0));
	CHECK(target_read(target, end - 6, bytes, 7) == STATUS_UNREADABLE);
	CHECK(target_read(target, end, bytes, 1) == STATUS_UNREADABLE);
	CHECK(target_read(target, UINT64_MAX - 3, bytes, 8) == STATUS_UNREADABLE);
	CHECK(target_read(target, INT64_MAX, bytes, 8) == STATUS_UNREADABLE);
	CHECK(target_read(target, 0, bytes, 8) == STATUS_UNREADABLE);
	check_string(target, end - 6, 100, "hello");
	check_string(target, end - 6, 3, "hel");
	check_string(target, base + page_size() - 3, 100, "abcdef");
	check_string(target, base, 0, "");
	char *string;
	CHECK(target_read_string(target, end, 10, &string) == STATUS_UNREADABLE);
	child_kill(pid);
	CHECK(target_check(target, &err) == STATUS_GONE && *err.message);
	CHECK(target_read(target, base, bytes, 1) == STATUS_GONE);
	struct maps *maps;
	CHECK(target_read_maps(target, false, &maps, &err) == STATUS_GONE);
	target_close(target);
	target_close(NULL);
	shared_destroy(shared);
}

static void test_maps(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(write_strings, shared);
	struct target *target = NULL;
	struct maps *maps = NULL;
	struct error err = {""};
	CHECK(!target_open_pid(pid, &target, &err));
	CHECK(!target_read_maps(target, true, &maps, &err));
	const struct map *map = maps_find(maps, atomic_load(&shared->address));
	CHECK(map && map_is_heap(map) && map->rss_bytes >= STRING_PAGES * page_size());
	const struct map *text = maps_find(maps, (addr_t)(uintptr_t)&test_maps);
	CHECK(text && text->executable && !map_is_heap(text) && text->rss_bytes > 0);
	CHECK(text && !strcmp(text->path, target_exe(target)));
	const struct map *ours = maps_find(maps, (addr_t)(uintptr_t)shared);
	CHECK(ours && ours->shared && !map_is_heap(ours));
	maps_destroy(maps);
	target_close(target);
	child_kill(pid);
	shared_destroy(shared);
}

static bool copy_file(const char *from, const char *to)
{
	char buffer[1 << 16];
	FILE *in = fopen(from, "r");
	FILE *out = fopen(to, "w");
	bool good = in && out;
	size_t got;
	while (good && (got = fread(buffer, 1, sizeof(buffer), in)) > 0)
		good = fwrite(buffer, 1, got, out) == got;
	if (in)
		fclose(in);
	if (out)
		good &= !fclose(out) && !chmod(to, 0700);
	return good;
}

static const struct map *find_text(const struct maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		if (maps->items[i].executable && strstr(maps->items[i].path, "/sleeper"))
			return &maps->items[i];
	return NULL;
}

static enum status open_path(
	const struct target *target, const char *path, int *ret_fd, struct error *err)
{
	AUTO(root_close) struct root root = {.fd = -1};
	enum status status = target_open_root(target, &root, err);
	return status ? status : root_open_file(&root, path, ret_fd, err);
}

static bool same_size(int fd, const char *path)
{
	struct stat a;
	struct stat b;
	return !fstat(fd, &a) && !stat(path, &b) && a.st_size == b.st_size;
}

// The program of a process that was deleted, as by an upgrade, and then replaced.
static void check_deleted(pid_t pid, const char *path)
{
	struct target *target = NULL;
	struct maps *maps = NULL;
	struct error err = {""};
	int fd = -1;
	if (!CHECK(!target_open_pid(pid, &target, &err) &&
		    !target_read_maps(target, false, &maps, &err)))
		return;
	const struct map *text = find_text(maps);
	CHECK(text && !target_open_file(target, text, &fd, &err) && same_size(fd, "/bin/sleep"));
	close(fd);
	fd = -1;
	CHECK(!open_path(target, path, &fd, &err) && same_size(fd, "/bin/sleep"));
	close(fd);
	unlink(path);
	CHECK(open_path(target, path, &fd, &err) == STATUS_NOT_FOUND);
	maps_destroy(maps);
	CHECK(!target_read_maps(target, false, &maps, &err) && (text = find_text(maps)));
	CHECK(text && strstr(text->path, " (deleted)"));
	CHECK(text && !target_open_file(target, text, &fd, &err) && same_size(fd, "/bin/sleep"));
	close(fd);
	CHECK_STRING(target_command_line(target), "sleeper 60");
	maps_destroy(maps);
	target_close(target);
}

static void test_files(void)
{
	char folder[] = "/tmp/leaktop-test-XXXXXX";
	char path[64];
	if (!CHECK(mkdtemp(folder)))
		return;
	snprintf(path, sizeof(path), "%s/sleeper", folder);
	CHECK(copy_file("/bin/sleep", path));
	pid_t pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(path, "sleeper", "60", (char *)NULL);
		_exit(1);
	}
	char link[64];
	char exe[PATH_MAX] = "";
	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	CHECK(WAIT_FOR(readlink(link, exe, sizeof(exe) - 1) > 0 && strstr(exe, "sleeper") &&
		child_state(pid) == 'S'));
	check_deleted(pid, path);
	child_kill(pid);
	rmdir(folder);
}

// Paths that a target could name to do us harm, or that lead nowhere.
static void test_bad_paths(void)
{
	struct target *target = NULL;
	struct error err = {""};
	int fd = -1;
	char folder[] = "/tmp/leaktop-test-XXXXXX";
	char pipe_path[64];
	CHECK(!target_open_pid(getpid(), &target, &err) && mkdtemp(folder));
	snprintf(pipe_path, sizeof(pipe_path), "%s/pipe", folder);
	CHECK(!mkfifo(pipe_path, 0600));
	CHECK(open_path(target, pipe_path, &fd, &err) == STATUS_NOT_FOUND);
	CHECK(open_path(target, folder, &fd, &err) == STATUS_NOT_FOUND);
	CHECK(open_path(target, "/dev/zero", &fd, &err) == STATUS_NOT_FOUND);
	CHECK(open_path(target, "relative", &fd, &err) == STATUS_NOT_FOUND);
	CHECK(open_path(target, "", &fd, &err) == STATUS_NOT_FOUND);
	CHECK(open_path(target, "/etc/passwd/x", &fd, &err) == STATUS_NOT_FOUND);
	const struct map anonymous = {.start = 0x1000, .end = 0x2000, .path = "[heap]"};
	CHECK(target_open_file(target, &anonymous, &fd, &err) == STATUS_NOT_FOUND);
	// The path is there, and is not what was mapped.
	const struct map replaced = {.start = 0x1000, .end = 0x2000, .path = "/etc/passwd"};
	CHECK(target_open_file(target, &replaced, &fd, &err) == STATUS_NOT_FOUND);
	CHECK(fd == -1);
	unlink(pipe_path);
	rmdir(folder);
	target_close(target);
}

static void test_literal(void)
{
	const addr_t base = 0x7f0000000000;
	struct image *image = NULL;
	struct capture *capture = NULL;
	struct target *target = NULL;
	struct maps *maps = NULL;
	struct error err = {""};
	CHECK(!image_create(&image, &err) && !capture_create(&capture, &err));
	CHECK(!image_reserve(image, base, base + 0x2000, true, &err));
	strcpy(image_destination(image, base + 0xffe), "four");
	CHECK(!image_mark(image, base, base + 0x2000));
	CHECK(!target_from_image(image, &target, &err));
	CHECK(!target_check(target, &err) && !*target_exe(target));
	CHECK(!target_read_maps(target, true, &maps, &err) && maps->count == 1);
	CHECK(maps->items[0].start == base && map_is_heap(&maps->items[0]));
	check_string(target, base + 0xffe, 10, "four");
	char byte;
	CHECK(target_read(target, base + 0x2000, &byte, 1) == STATUS_UNREADABLE);
	int fd;
	CHECK(target_open_file(target, &maps->items[0], &fd, &err) == STATUS_NOT_FOUND);
	CHECK(open_path(target, "/etc/passwd", &fd, &err) == STATUS_NOT_FOUND);
	const struct copy_options options = {0};
	CHECK(!target_capture(target, capture, &options, &err));
	CHECK(capture->report.copied_bytes == 0x2000 && capture->report.consistent);
	CHECK_STRING(image_at(capture->image, base + 0xffe, 5), "four");
	CHECK(capture->maps && capture->maps->count == 1);
	char *string = NULL;
	CHECK(!capture_read_string(capture, base + 0xffe, 10, &string));
	CHECK_STRING(string, "four");
	free(string);
	CHECK(capture_read_string(capture, base + 0x2000, 1, &string) == STATUS_UNREADABLE);
	CHECK(!capture_read(capture, base + 0x1fff, &byte, 1) && !byte);
	CHECK(capture_read(capture, UINT64_MAX, &byte, 1) == STATUS_UNREADABLE);
	CHECK(capture_read(capture, base + 0x1fff, (char[2]){0}, 2) == STATUS_UNREADABLE);
	maps_destroy(maps);
	target_close(target);
	capture_destroy(capture);
}

static void test_memory(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(write_strings, shared);
	struct memory_usage rss = {0};
	struct memory_usage split = {0};
	CHECK(!memory_read(pid, MEMORY_RSS, &rss, NULL));
	CHECK(rss.rss_bytes > 0 && rss.seconds > 0 && !rss.has_details && !rss.has_split);
	CHECK(!rss.has_status && !rss.peak_rss_bytes);
	CHECK(!memory_read(pid, MEMORY_ROLLUP, &split, NULL));
	CHECK(split.has_details && !split.has_split && split.pss_bytes > 0 && split.uss_bytes > 0);
	CHECK(split.has_status && split.page_table_bytes > 0);
	CHECK(split.peak_rss_bytes >= rss.rss_bytes);
	CHECK(!memory_read(pid, MEMORY_SPLIT, &split, NULL) && split.has_split);
	CHECK(split.has_status && split.has_details);
	CHECK(split.seconds >= rss.seconds && split.uss_bytes <= split.pss_bytes);
	CHECK(split.file_bytes > 0 && split.stack_bytes > 0 && split.shared_bytes > 0);
	uint64_t sum = split.brk_bytes + split.anonymous_bytes + split.file_bytes +
		split.stack_bytes + split.shared_bytes;
	CHECK(sum >= split.pss_bytes && sum > split.uss_bytes);
	kill(pid, SIGKILL);
	CHECK(WAIT_FOR(child_state(pid) == 'Z'));
	CHECK(memory_read(pid, MEMORY_RSS, &rss, NULL) == STATUS_GONE);
	waitpid(pid, NULL, 0);
	CHECK(memory_read(pid, MEMORY_RSS, &rss, NULL) == STATUS_GONE);
	shared_destroy(shared);
}

static const struct process *find_process(const struct process_list *list, pid_t pid)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].pid == pid)
			return &list->items[i];
	return NULL;
}

static void test_processes(void)
{
	struct process_list *list = NULL;
	CHECK(!process_list_read(false, &list, NULL) && list->count > 1);
	bool is_sorted = true;
	for (size_t i = 1; i < list->count; i++)
		is_sorted &= list->items[i - 1].pid < list->items[i].pid;
	CHECK(is_sorted);
	const struct process *self = find_process(list, getpid());
	if (CHECK(self)) {
		CHECK(self->parent == getppid() && self->uid == getuid() && !self->has_python);
		CHECK(self->state == 'R' && self->rss_bytes > 0 && self->start_time > 0);
		CHECK(strstr(self->exe, "test_target") && strstr(self->command_line, "test_target"));
	}
	process_list_destroy(list);
	process_list_destroy(NULL);
	CHECK(!process_list_read(true, &list, NULL) && !find_process(list, getpid()));
	process_list_destroy(list);
}

static void test_threads(void)
{
	struct process_thread *threads = NULL;
	size_t count = 0;
	prctl(PR_SET_NAME, "a) (b\x1b", 0, 0, 0);
	CHECK(!process_threads_read(getpid(), &threads, &count, NULL) && count >= 1);
	CHECK(threads && threads[0].tid == getpid() && threads[0].state == 'R');
	CHECK_STRING(threads ? threads[0].name : NULL, "a) (b\x1b");
	free(threads);
	CHECK(process_threads_read(0, &threads, &count, NULL) == STATUS_GONE);
	CHECK(process_threads_read(INT_MAX, &threads, &count, NULL) == STATUS_GONE);
}

int main(void)
{
	test_read();
	test_maps();
	test_files();
	test_bad_paths();
	test_literal();
	test_memory();
	test_processes();
	test_threads();
	return test_done();
}
