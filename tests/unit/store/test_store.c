// SPDX-License-Identifier: MIT
// Reads back what was written: complete, by runs, after pruning.
#include "stored.h"

#include "base/time.h"
#include "store/host.h"

#include <sys/stat.h>
#include <time.h>

static struct store *open_append(const char *path)
{
	struct store *store = NULL;
	struct error err = {""};
	if (!test_check(!store_open_append(path, &store, &err), "the file opens to append", __FILE__,
		    __LINE__))
		printf("# %s\n", err.message);
	return store;
}

static struct store *open_reader(const char *path)
{
	struct store *store = NULL;
	struct error err = {""};
	if (!test_check(!store_open(path, &store, &err), "the file opens to read", __FILE__, __LINE__))
		printf("# %s\n", err.message);
	return store;
}

static bool same_types(const struct census *a, const struct census *b)
{
	if (a->type_count != b->type_count)
		return false;
	for (size_t i = 0; i < a->type_count; i++)
		if (strcmp(a->types[i].name, b->types[i].name) != 0 ||
			a->types[i].count != b->types[i].count ||
			a->types[i].bytes != b->types[i].bytes ||
			a->types[i].tracked_count != b->types[i].tracked_count)
			return false;
	return true;
}

static bool same_containers(const struct census *a, const struct census *b)
{
	if (a->container_count != b->container_count)
		return false;
	for (size_t i = 0; i < a->container_count; i++) {
		const struct census_container *x = &a->containers[i], *y = &b->containers[i];
		if (x->address != y->address || x->length != y->length || x->bytes != y->bytes ||
			x->type != y->type || !x->path != !y->path ||
			(x->path && strcmp(x->path, y->path) != 0))
			return false;
	}
	return true;
}

static void check_sample(struct store *store, int64_t id, unsigned number)
{
	struct sample *expected = stored_sample(number, 40, 30);
	struct sample *actual = NULL;
	struct error err = {""};
	if (!CHECK(!store_read(store, id, &actual, &err)))
		printf("# %s\n", err.message);
	if (actual) {
		CHECK(same_types(expected->census, actual->census));
		CHECK(same_containers(expected->census, actual->census));
		CHECK(actual->census->totals.objects == expected->census->totals.objects);
		CHECK(actual->memory.rss_bytes == expected->memory.rss_bytes);
		CHECK(actual->taken_ms == expected->taken_ms);
		CHECK(actual->copy.stopped_ms == 1.5 && actual->copy.consistent);
		CHECK(actual->interpreter_count == 1 && actual->interpreters[0].generation_count == 3);
		CHECK(actual->interpreters[0].generations[0].uncollectable == 3);
		CHECK(actual->interpreters[0].has_heap && actual->interpreters[0].tracked == 20);
		CHECK(actual->interpreters[0].objects == 50 + number);
		CHECK(actual->interpreters[0].bytes == 5000);
		CHECK(actual->thread_count == 1 && actual->threads[0].depth == 4);
		CHECK_STRING(actual->threads[0].function, "run");
		CHECK(!actual->census_missing);
		CHECK(actual->census->unreached_count == 1);
		CHECK_STRING(actual->census->unreached[0].type, "lost.Object");
		CHECK(actual->census->unreached[0].bytes == 128);
		CHECK(actual->census->totals.has_blocks && actual->census->totals.other_bytes == 77);
	}
	sample_destroy(expected);
	sample_destroy(actual);
}

// Over the end of a run, with another process's samples in between.
static void test_runs(void)
{
	const char *path = stored_path("runs");
	struct store *store = open_append(path);
	bool good = true;
	for (unsigned i = 0; i < 70; i++) {
		good &= stored_add(store, 4711, i, 40, 30);
		good &= stored_add(store, 4712, i, 5, 0);
	}
	CHECK(good);
	store_close(store);
	store = open_reader(path);
	struct recorded_target target = stored_target(4711);
	struct recorded_sample *briefs = NULL;
	size_t count = 0;
	int64_t id = 0, first = 0, last = 0;
	CHECK(!store_find_target(store, &target, &id, NULL));
	CHECK(!store_samples(store, id, &briefs, &count, NULL));
	CHECK(count == 70);
	CHECK(!store_heap_ends(store, id, &first, &last, NULL));
	CHECK(count == 70 && briefs[0].id == first && briefs[69].id == last);
	static const unsigned chosen[] = {0, 1, 31, 32, 33, 63, 64, 69};
	for (size_t i = 0; count == 70 && i < sizeof(chosen) / sizeof(*chosen); i++)
		check_sample(store, briefs[chosen[i]].id, chosen[i]);
	free(briefs);
	struct sample *none;
	CHECK(store_read(store, 100000, &none, NULL) == STATUS_NOT_FOUND);
	store_close(store);
}

// What goes and comes between two samples of a run.
static void test_changes(void)
{
	const char *path = stored_path("changes");
	struct store *store = open_append(path);
	CHECK(stored_add(store, 1, 0, 40, 30));
	CHECK(stored_add(store, 1, 1, 38, 28)); // two of each are gone, and the rest has another type
	CHECK(stored_add(store, 1, 2, 40, 30));
	struct sample *sample = NULL, *expected = stored_sample(1, 38, 28);
	CHECK(!store_read(store, 2, &sample, NULL));
	if (sample) {
		CHECK(same_types(sample->census, expected->census));
		CHECK(same_containers(sample->census, expected->census));
	}
	sample_destroy(sample);
	sample_destroy(expected);
	check_sample(store, 3, 2);
	store_close(store);
}

static void test_memory_only(void)
{
	struct store *store = open_append(stored_path("memory"));
	struct recorded_target target = stored_target(9);
	target.identity.python[0] = '\0';
	target.identity.layout_source = NULL;
	struct sample sample = {.taken_ms = 5, .seconds = 6,
		.memory = {.rss_bytes = 77}, .census_missing = (char *)"too \xff large"};
	bool due = false;
	CHECK(!store_is_heap_due(store, &target, 3, &due, NULL) && due);
	CHECK(!store_add(store, &target, &sample, NULL));
	sample.census_missing = NULL;
	sample.seconds = 7;
	CHECK(!store_is_heap_due(store, &target, 3, &due, NULL) && !due);
	CHECK(!store_add(store, &target, &sample, NULL));
	CHECK(!store_is_heap_due(store, &target, 3, &due, NULL) && !due);
	CHECK(!store_is_heap_due(store, &target, 1, &due, NULL) && due);
	sample.seconds = 8;
	CHECK(!store_add(store, &target, &sample, NULL));
	CHECK(!store_is_heap_due(store, &target, 3, &due, NULL) && due);
	struct sample *read = NULL;
	CHECK(!store_read(store, 1, &read, NULL));
	if (read) {
		CHECK_STRING(read->census_missing, "too \\xff large");
		CHECK(!read->census && !read->copy.attempts && !read->memory.has_details);
		CHECK(read->memory.rss_bytes == 77);
	}
	sample_destroy(read);
	read = NULL;
	CHECK(!store_read(store, 2, &read, NULL) && !read->census);
	CHECK_STRING(read ? read->census_missing : NULL, "only memory was recorded at this time");
	sample_destroy(read);
	// A process that was seen from outside first.
	CHECK(stored_add(store, 9, 4, 3, 0));
	struct recorded_target *targets = NULL;
	size_t count = 0;
	CHECK(!store_targets(store, &targets, &count, NULL) && count == 1);
	CHECK_STRING(count ? targets[0].identity.python : NULL, "3.11.2");
	recorded_targets_free(targets, count);
	store_close(store);
}

static void test_identity(void)
{
	struct store *store = open_append(stored_path("identity"));
	struct recorded_target target = stored_target(5);
	struct sample sample = {.taken_ms = 5, .seconds = 6, .memory = {.rss_bytes = 77}};
	target.identity.exe = NULL;
	target.identity.build[0] = "free-threaded";
	target.identity.build[1] = "trace-refs";
	CHECK(!store_add(store, &target, &sample, NULL));
	struct recorded_target *targets = NULL;
	size_t count = 0;
	CHECK(!store_targets(store, &targets, &count, NULL) && count == 1);
	if (count) {
		const struct identity *identity = &targets[0].identity;
		CHECK_STRING(targets[0].host, "tower");
		CHECK_STRING(targets[0].boot_id, "boot");
		CHECK(identity->pid == 5 && identity->start_time == 8811);
		CHECK_STRING(identity->exe, "");
		CHECK_STRING(identity->command_line, "python3.11 service.py");
		CHECK_STRING(identity->python, "3.11.2");
		CHECK_STRING(identity->build[0], "free-threaded");
		CHECK_STRING(identity->build[1], "trace-refs");
		CHECK(!identity->build[2]);
		CHECK_STRING(identity->layout_source, "table");
		CHECK(targets[0].sample_count == 1 && targets[0].first_ms == 5);
		CHECK(targets[0].first_rss_bytes == 77 && targets[0].last_rss_bytes == 77);
	}
	recorded_targets_free(targets, count);
	store_close(store);
}

static void test_pid_reuse(void)
{
	struct store *store = open_append(stored_path("reuse"));
	struct recorded_target target = stored_target(5), again = target, other_boot = target;
	again.identity.start_time++;
	other_boot.boot_id = (char *)"other";
	struct sample sample = {.taken_ms = 5, .seconds = 6};
	CHECK(!store_add(store, &target, &sample, NULL));
	CHECK(!store_add(store, &again, &sample, NULL));
	CHECK(!store_add(store, &other_boot, &sample, NULL));
	CHECK(!store_add(store, &target, &sample, NULL));
	struct recorded_target *targets = NULL;
	size_t count = 0;
	CHECK(!store_targets(store, &targets, &count, NULL) && count == 3);
	recorded_targets_free(targets, count);
	CHECK(stored_count(store, 5) == 2);
	store_close(store);
}

static int64_t file_size(const char *path)
{
	struct stat info;
	return stat(path, &info) ? -1 : (int64_t)info.st_size;
}

// Of 200 samples, a minute apart, the last 30 minutes stay, and what they build on.
static void test_prune(void)
{
	const char *path = stored_path("prune");
	struct store *store = open_append(path);
	struct recorded_target target = stored_target(4711);
	char boot_id[HOST_TEXT_SIZE];
	host_boot_id(boot_id);
	bool good = true;
	double now = time_boot_seconds();
	for (unsigned i = 0; i < 200; i++) {
		struct sample *sample = stored_sample(i, 400, 300);
		sample->seconds = now - 60.0 * (200 - i);
		// The clock of the day was wrong; that of this boot is not.
		sample->taken_ms = i % 3 ? 0 : INT64_MAX;
		target.boot_id = boot_id;
		good &= !store_add(store, &target, sample, NULL);
		target.boot_id = (char *)"earlier";
		sample->taken_ms = ((int64_t)time(NULL) - 60 * (200 - (int64_t)i)) * 1000;
		good &= !store_add(store, &target, sample, NULL);
		sample_destroy(sample);
	}
	CHECK(good);
	store_close(store);
	int64_t before = file_size(path);
	store = open_append(path);
	CHECK(!store_prune(store, 1e9, NULL));
	CHECK(!store_prune(store, 1800, NULL));
	for (int i = 0; i < 2; i++) {
		struct recorded_sample *briefs = NULL;
		size_t count = 0;
		int64_t id = 0;
		target.boot_id = i ? boot_id : (char *)"earlier";
		CHECK(!store_find_target(store, &target, &id, NULL));
		CHECK(!store_samples(store, id, &briefs, &count, NULL));
		CHECK(count >= 29 && count <= 29 + 32);
		struct sample *sample = NULL;
		CHECK(count && !store_read(store, briefs[count - 1].id, &sample, NULL));
		CHECK(sample && sample->census && sample->census->type_count == 400);
		sample_destroy(sample);
		free(briefs);
	}
	store_close(store);
	CHECK(file_size(path) < before / 2);
	printf("# %lld bytes, %lld after pruning\n", (long long)before, (long long)file_size(path));
	store = open_append(path);
	CHECK(!store_prune(store, 1, NULL));
	struct recorded_target *targets = NULL;
	size_t count = 9;
	CHECK(!store_targets(store, &targets, &count, NULL) && !count);
	recorded_targets_free(targets, count);
	store_close(store);
}

static void test_once(void)
{
	const char *path = stored_path("once");
	struct store *store = NULL;
	CHECK(!store_open_once(path, &store, NULL));
	CHECK(stored_add(store, 1, 0, 40, 30));
	CHECK(access(path, F_OK) != 0);
	CHECK(!store_finish(store, NULL));
	store_close(store);
	struct stat info;
	CHECK(!stat(path, &info) && (info.st_mode & 07777) == 0600);
	store = open_reader(path);
	check_sample(store, 1, 0);
	store_close(store);
	// The file of one call is replaced by that of another; one that is given up leaves nothing.
	CHECK(!store_open_once(path, &store, NULL));
	store_close(store);
	CHECK(!store_open_once(path, &store, NULL));
	CHECK(stored_add(store, 2, 0, 40, 30));
	CHECK(!store_finish(store, NULL));
	store_close(store);
	store = open_append(path);
	CHECK(stored_count(store, 1) == 0 && stored_count(store, 2) == 1);
	CHECK(stored_add(store, 2, 1, 40, 30));
	store_close(store);
	struct error err = {""};
	CHECK(store_open_once(path, &store, &err) == STATUS_USAGE);
	CHECK(strstr(err.message, "holds 2 samples"));
	DIR *directory = opendir(stored_directory);
	unsigned hidden = 0;
	for (struct dirent *entry; (entry = readdir(directory));)
		hidden += entry->d_name[0] == '.' && strlen(entry->d_name) > 2;
	closedir(directory);
	CHECK(!hidden);
}

static void test_hostile_names(void)
{
	struct store *store = open_append(stored_path("names"));
	struct recorded_target target = stored_target(1);
	target.identity.command_line = (char *)"a\x1b[31m\xff";
	struct sample *sample = stored_sample(0, 3, 1);
	char *names[] = {strdup("\x1b]0;x\a"), strdup("\xc3\x28"), malloc(100001)};
	memset(names[2], 'x', 100000);
	names[2][100000] = '\0';
	for (int i = 0; i < 3; i++) {
		free(sample->census->types[i].name);
		sample->census->types[i].name = names[i];
	}
	CHECK(!store_add(store, &target, sample, NULL));
	sample_destroy(sample);
	sample = NULL;
	CHECK(!store_read(store, 1, &sample, NULL));
	CHECK(sample && sample->census->type_count == 3);
	for (size_t i = 0; sample && i < sample->census->type_count; i++) {
		const char *name = sample->census->types[i].name;
		CHECK(!strchr(name, 0x1b) && !strchr(name, '\xc3') && strlen(name) < 5000);
	}
	sample_destroy(sample);
	store_close(store);
}

int main(void)
{
	test_runs();
	test_changes();
	test_memory_only();
	test_identity();
	test_pid_reuse();
	test_prune();
	test_once();
	test_hostile_names();
	return test_done();
}
