// SPDX-License-Identifier: MIT
// What a copy contains, and when it is refused.
#include "target/target.h"

#include "../../test.h"
#include "child.h"
#include "target/capture.h"
#include "target/image.h"
#include "target/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

enum { PATTERN_WORDS = 1 << 20, SPARSE_PAGES = 1 << 14, FILE_PAGES = 8, PAGE_SIZE_MAX = 1 << 16 };

static size_t page_size(void)
{
	return (size_t)machine_page_size();
}

static struct target *open_child(pid_t pid)
{
	struct target *target;
	struct error err;
	if (target_open_pid(pid, &target, &err)) {
		printf("Bail out! %s\n", err.message);
		exit(1);
	}
	return target;
}

static struct capture *create_capture(void)
{
	struct capture *capture;
	if (capture_create(&capture, NULL))
		exit(1);
	return capture;
}

static void publish(struct shared *shared, const void *bytes)
{
	atomic_store(&shared->address, (uintptr_t)bytes);
	beat_slowly(shared);
}

static void make_pattern(struct shared *shared)
{
	uint64_t *words = malloc(PATTERN_WORDS * sizeof(*words));
	if (!words)
		_exit(1);
	for (uint64_t i = 0; i < PATTERN_WORDS; i++)
		words[i] = i * 0x9e3779b97f4a7c15 + (uintptr_t)words;
	publish(shared, words);
}

static bool has_pattern(const struct image *image, struct shared *shared)
{
	addr_t base = atomic_load(&shared->address);
	const void *all = image_at(image, base, PATTERN_WORDS * sizeof(uint64_t));
	for (uint64_t i = 0; all && i < PATTERN_WORDS; i++)
		if (bytes_u64(all, i * sizeof(uint64_t)) != i * 0x9e3779b97f4a7c15 + base)
			return false;
	return all;
}

static void test_pattern(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(make_pattern, shared);
	struct target *target = open_child(pid);
	struct capture *capture = create_capture();
	const struct image *image = capture->image;
	const struct copy_options options = {0};
	for (int i = 0; i < 3; i++) {
		struct error err = {""};
		if (!CHECK(!target_capture(target, capture, &options, &err)))
			printf("# %s\n", err.message);
		CHECK(has_pattern(image, shared) && child_beats(shared));
		CHECK(capture->report.copied_bytes >= PATTERN_WORDS * sizeof(uint64_t));
		CHECK(capture->report.threads == 1 && capture->report.attempts == 1 && capture->report.consistent);
		CHECK(capture->report.stopped_ms >= capture->report.copy_ms && capture->report.copy_ms > 0);
		CHECK(image_held_bytes(image) >= capture->report.copied_bytes);
	}
	capture_destroy(capture);
	target_close(target);
	child_kill(pid);
	shared_destroy(shared);
}

// A large mapping of which every 64th page was touched: the copy has these, and the process has no
// more pages afterwards than before.
static void make_sparse(struct shared *shared)
{
	size_t size = (size_t)SPARSE_PAGES * page_size();
	char *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(bytes, size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < SPARSE_PAGES; i += 64)
		memset(bytes + i * page_size(), (int)(i / 64) % 255 + 1, page_size());
	publish(shared, bytes);
}

// Pages of the mapping that have an entry in the page table of the process.
static size_t count_pages(pid_t pid, addr_t base)
{
	char path[64];
	static uint64_t words[SPARSE_PAGES];
	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = pread(fd, words, sizeof(words), (off_t)(base / page_size() * 8));
	close(fd);
	size_t pages = 0;
	for (size_t i = 0; got > 0 && i < (size_t)got / 8; i++)
		pages += words[i] >> 63;
	return pages;
}

static void test_sparse(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(make_sparse, shared);
	addr_t base = atomic_load(&shared->address);
	struct target *target = open_child(pid);
	struct capture *capture = create_capture();
	const struct image *image = capture->image;
	const struct copy_options options = {0};
	CHECK(count_pages(pid, base) == SPARSE_PAGES / 64);
	CHECK(!target_capture(target, capture, &options, NULL));
	CHECK(count_pages(pid, base) == SPARSE_PAGES / 64);
	CHECK(capture->report.skipped_bytes >= (uint64_t)SPARSE_PAGES / 64 * 63 * page_size());
	bool is_right = true;
	for (addr_t i = 0; i < SPARSE_PAGES; i++) {
		const void *page = image_at(image, base + i * page_size(), page_size());
		is_right &= i % 64 ? !page : page && bytes_u8(page, 4095) == i / 64 % 255 + 1;
	}
	CHECK(is_right);
	capture_destroy(capture);
	target_close(target);
	child_kill(pid);
	shared_destroy(shared);
}

static char file_path[] = "/tmp/leaktop-test-XXXXXX";

// A private mapping of a file of which one page was written and the others never touched.
static void map_file(struct shared *shared)
{
	int fd = open(file_path, O_RDONLY);
	char *bytes = mmap(NULL, (size_t)FILE_PAGES * page_size(), PROT_READ | PROT_WRITE,
		MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		_exit(1);
	madvise(bytes, (size_t)FILE_PAGES * page_size(), MADV_RANDOM);
	bytes[2 * page_size()] = 'W';
	publish(shared, bytes);
}

static bool write_file(size_t size)
{
	int fd = mkstemp(file_path);
	bool good = fd >= 0;
	for (size_t i = 0; good && i < size; i += page_size()) {
		static char page[PAGE_SIZE_MAX];
		memset(page, 'a' + (int)(i / page_size()), page_size());
		size_t part = size - i < page_size() ? size - i : page_size();
		good = write(fd, page, part) == (ssize_t)part;
	}
	close(fd);
	return good;
}

// The last page of the mapping lies behind the end of the file: nobody can read it.
static void test_file(void)
{
	CHECK(write_file((FILE_PAGES - 2) * page_size() + 100));
	struct shared *shared = shared_create();
	pid_t pid = child_start(map_file, shared);
	addr_t base = atomic_load(&shared->address);
	struct target *target = open_child(pid);
	struct capture *capture = create_capture();
	const struct image *image = capture->image;
	const struct copy_options options = {0};
	CHECK(!target_capture(target, capture, &options, NULL));
	const void *bytes = image_at(image, base, (FILE_PAGES - 1) * page_size());
	CHECK(bytes && !image_at(image, base + (FILE_PAGES - 1) * page_size(), 1));
	for (uint64_t i = 0; bytes && i < FILE_PAGES - 1; i++)
		CHECK(bytes_u8(bytes, i * page_size()) == (i == 2 ? 'W' : 'a' + i) &&
			bytes_u8(bytes, i * page_size() + 99) == 'a' + i);
	CHECK(bytes && bytes_u8(bytes, (FILE_PAGES - 2) * page_size() + 100) == 0);
	CHECK(capture->report.unreadable_bytes == page_size());
	unlink(file_path);
	capture_destroy(capture);
	target_close(target);
	child_kill(pid);
	shared_destroy(shared);
}

struct patience {
	struct shared *shared;
	unsigned refusals;
	unsigned asked;
	bool stood_still;
};

static bool refuse_some(const struct target *target, void *context)
{
	struct patience *patience = context;
	unsigned long beats = atomic_load(&patience->shared->beats);
	uint64_t word;
	// The callback may read the process.
	bool is_read = !target_read(target, atomic_load(&patience->shared->address), &word, 8);
	nap_us(2000);
	patience->stood_still &= is_read && atomic_load(&patience->shared->beats) == beats;
	return ++patience->asked > patience->refusals;
}

static void test_consistency(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(make_pattern, shared);
	struct target *target = open_child(pid);
	struct capture *capture = create_capture();
	const struct image *image = capture->image;
	struct patience patience = {.shared = shared, .refusals = 2, .stood_still = true};
	struct copy_options options = {
		.is_consistent = refuse_some,
		.context = &patience,
		.consistency_deadline_ms = 10000,
	};
	CHECK(!target_capture(target, capture, &options, NULL) && has_pattern(image, shared));
	CHECK(capture->report.attempts == 3 && capture->report.consistent && patience.stood_still);
	CHECK(capture->report.stopped_ms >= 6);
	patience.refusals = UINT32_MAX;
	options.consistency_deadline_ms = 20;
	CHECK(!target_capture(target, capture, &options, NULL) && has_pattern(image, shared));
	CHECK(capture->report.attempts > 1 && !capture->report.consistent && patience.stood_still);
	CHECK(child_beats(shared));
	capture_destroy(capture);
	target_close(target);
	child_kill(pid);
	shared_destroy(shared);
}

static void test_refusals(void)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(make_pattern, shared);
	struct target *target = open_child(pid);
	struct capture *capture = create_capture();
	const struct image *image = capture->image;
	struct error err = {""};
	struct copy_options options = {.max_memory_bytes = 1 << 20};
	CHECK(target_capture(target, capture, &options, &err) == STATUS_NO_MEMORY);
	if (!CHECK(strstr(err.message, "1.0M are available (--max-memory)")))
		printf("# %s\n", err.message);
	CHECK(!capture->report.attempts && !image_held_bytes(image));
	options = (struct copy_options){.max_pause_ms = 1e-3};
	CHECK(target_capture(target, capture, &options, &err) == STATUS_UNSUPPORTED);
	CHECK(strstr(err.message, "--max-pause"));
	options = (struct copy_options){0};
	CHECK(!target_capture(target, capture, &options, &err) && has_pattern(image, shared));
	child_kill(pid);
	CHECK(target_capture(target, capture, &options, &err) == STATUS_GONE);
	CHECK(!image_held_bytes(image));
	capture_destroy(capture);
	target_close(target);
	shared_destroy(shared);
}

// Makes the kernel refuse process_vm_readv to this process, as some containers do.
static bool filter_readv(uint32_t number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_process_vm_readv, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | number),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(*code), .filter = code};
	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
		!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

enum { EXIT_RIGHT = 10, EXIT_WRONG, EXIT_NO_FILTER };

static int copy_filtered(pid_t pid, struct shared *shared, uint32_t number)
{
	if (!filter_readv(number))
		return EXIT_NO_FILTER;
	struct target *target = open_child(pid);
	struct capture *capture = create_capture();
	const struct image *image = capture->image;
	const struct copy_options options = {0};
	uint64_t word;
	bool good = !target_capture(target, capture, &options, NULL) &&
		has_pattern(image, shared) && !capture->report.unreadable_bytes &&
		!target_read(target, atomic_load(&shared->address), &word, sizeof(word)) &&
		word == atomic_load(&shared->address) &&
		target_read(target, 16, &word, sizeof(word)) == STATUS_UNREADABLE;
	capture_destroy(capture);
	target_close(target);
	return good ? EXIT_RIGHT : EXIT_WRONG;
}

static void test_without_readv(uint32_t number)
{
	struct shared *shared = shared_create();
	pid_t pid = child_start(make_pattern, shared);
	pid_t copier = fork();
	if (!copier)
		_exit(copy_filtered(pid, shared, number));
	int status = 0;
	waitpid(copier, &status, 0);
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_WRONG;
	if (code == EXIT_NO_FILTER)
		printf("ok %d # SKIP seccomp is not available\n", ++test_count);
	else
		CHECK(code == EXIT_RIGHT);
	CHECK(child_beats(shared));
	child_kill(pid);
	shared_destroy(shared);
}

static int copy_as_nobody(pid_t pid, struct target *target)
{
	struct error err = {""};
	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		return EXIT_WRONG;
	struct capture *capture = create_capture();
	const struct copy_options options = {0};
	bool is_refused = target_capture(target, capture, &options, &err) == STATUS_PERMISSION;
	capture_destroy(capture);
	bool is_explained = target_diagnose_access(pid, &err) == STATUS_PERMISSION &&
		strstr(err.message, "it belongs to user 0");
	struct target *again;
	bool may_open = !target_open_pid(pid, &again, &err);
	if (may_open)
		target_close(again);
	return is_refused && is_explained && may_open ? EXIT_RIGHT : EXIT_WRONG;
}

static void test_permission(void)
{
	if (geteuid()) {
		printf("ok %d # SKIP only root can become nobody\n", ++test_count);
		return;
	}
	struct shared *shared = shared_create();
	pid_t pid = child_start(make_pattern, shared);
	struct target *target = open_child(pid);
	CHECK(!target_diagnose_access(pid, NULL));
	pid_t copier = fork();
	if (!copier)
		_exit(copy_as_nobody(pid, target));
	int status = 0;
	waitpid(copier, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_RIGHT);
	CHECK(child_beats(shared));
	target_close(target);
	child_kill(pid);
	shared_destroy(shared);
}

int main(void)
{
	test_pattern();
	test_sparse();
	test_file();
	test_consistency();
	test_refusals();
	test_without_readv(EPERM);
	test_without_readv(ENOSYS);
	test_permission();
	return test_done();
}
