// SPDX-License-Identifier: MIT
// Files that are damaged, cut, foreign or no files at all: a sentence, and never a crash. What a program
// that reads everything meets is met here, under the sanitizers too.
#include "stored.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

enum { SAMPLES = 40, FLIPS = 1000, CUTS = 200, SIZE_MAX_BYTES = 4 << 20 };

static unsigned char original[SIZE_MAX_BYTES], bytes[SIZE_MAX_BYTES];
static size_t original_size;

static bool write_file(const char *path, const void *content, size_t size)
{
	FILE *file = fopen(path, "wb");
	bool good = file && fwrite(content, 1, size, file) == size;
	return file && !fclose(file) && good;
}

static size_t read_file(const char *path, unsigned char *buffer)
{
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(buffer, 1, SIZE_MAX_BYTES, file) : 0;
	if (file)
		fclose(file);
	return size;
}

static void make_original(void)
{
	const char *path = stored_path("original");
	struct store *store = NULL;
	bool good = !store_open_append(path, &store, NULL);
	for (unsigned i = 0; good && i < SAMPLES; i++)
		good = stored_add(store, 4711 + (pid_t)(i % 2), i / 2, 60, 40);
	CHECK(good);
	store_close(store);
	original_size = read_file(path, original);
	CHECK(original_size > 20000 && original_size < SIZE_MAX_BYTES);
}

// xorshift: the same on every machine.
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static enum status count_reading(const struct reading *reading, void *context)
{
	*(double *)context += reading->seconds;
	return STATUS_OK;
}

// Touches every byte that was read.
static size_t use_sample(const struct sample *sample)
{
	size_t sum = sample->census_missing ? strlen(sample->census_missing) : 0;
	for (size_t i = 0; i < sample->thread_count; i++)
		sum += sample->threads[i].name ? strlen(sample->threads[i].name) : 0;
	for (size_t i = 0; i < sample->interpreter_count; i++)
		sum += sample->interpreters[i].generations[0].objects;
	const struct census *census = sample->census;
	for (size_t i = 0; census && i < census->type_count; i++)
		sum += strlen(census->types[i].name);
	for (size_t i = 0; census && i < census->container_count; i++) {
		const struct census_container *container = &census->containers[i];
		sum += strlen(census->types[container->type].name);
		sum += container->path ? strlen(container->path) : 0;
	}
	return sum;
}

// Whether the census is what analysis relies on: names ascending, addresses too, types in range.
static bool is_sound(const struct census *census)
{
	for (size_t i = 1; census && i < census->type_count; i++)
		if (strcmp(census->types[i - 1].name, census->types[i].name) >= 0)
			return false;
	for (size_t i = 0; census && i < census->container_count; i++)
		if (census->containers[i].type >= census->type_count ||
			(i && census->containers[i - 1].address >= census->containers[i].address))
			return false;
	return true;
}

struct outcome {
	unsigned good, refused, unsound, silent; // silent: refused without a sentence
};

static void note(struct outcome *outcome, enum status status, const struct error *err)
{
	outcome->good += !status;
	outcome->refused += status != STATUS_OK;
	outcome->silent += status && !err->message[0];
}

static void read_target(struct store *store, int64_t target, struct outcome *outcome)
{
	struct error err = {""};
	struct recorded_sample *briefs = NULL;
	size_t count = 0;
	double sum = 0;
	note(outcome, store_each_reading(store, target, count_reading, &sum, &err), &err);
	enum status status = store_samples(store, target, &briefs, &count, &err);
	note(outcome, status, &err);
	for (size_t i = 0; !status && i < count; i++) {
		struct sample *sample = NULL;
		err.message[0] = '\0';
		enum status read = store_read(store, briefs[i].id, &sample, &err);
		note(outcome, read, &err);
		if (!read && !is_sound(sample->census))
			outcome->unsound++;
		if (!read && use_sample(sample) == SIZE_MAX)
			printf("# never\n");
		sample_destroy(sample);
	}
	free(briefs);
}

static void read_everything(const char *path, struct outcome *outcome)
{
	struct store *store = NULL;
	struct recorded_target *targets = NULL;
	struct error err = {""};
	size_t count = 0;
	enum status status = store_open(path, &store, &err);
	note(outcome, status, &err);
	if (status)
		return;
	status = store_targets(store, &targets, &count, &err);
	note(outcome, status, &err);
	for (size_t i = 0; !status && i < count; i++)
		read_target(store, targets[i].id, outcome);
	if (!status)
		recorded_targets_free(targets, count);
	store_close(store);
}

static void add_one(const char *path, struct outcome *outcome)
{
	struct store *store = NULL;
	struct error err = {""};
	enum status status = store_open_append(path, &store, &err);
	if (!status) {
		struct recorded_target target = stored_target(4711);
		struct sample *sample = stored_sample(99, 60, 40);
		status = store_add(store, &target, sample, &err);
		sample_destroy(sample);
	}
	note(outcome, status, &err);
	store_close(store);
}

static void test_flips(void)
{
	struct outcome reading = {0}, writing = {0};
	uint64_t random = 88172645463325252u;
	const char *path = stored_path("flipped");
	for (unsigned i = 0; i < FLIPS; i++) {
		memcpy(bytes, original, original_size);
		for (unsigned flips = 1 + i % 4; flips; flips--) {
			uint64_t number = next_random(&random);
			bytes[(number >> 8) % original_size] ^= (unsigned char)(1 + number % 255);
		}
		if (!write_file(path, bytes, original_size))
			break;
		read_everything(path, &reading);
		if (i % 4 == 0)
			add_one(path, &writing);
	}
	printf("# read: %u good, %u refused; added: %u good, %u refused\n", reading.good,
		reading.refused, writing.good, writing.refused);
	CHECK(reading.good > FLIPS && reading.refused > FLIPS / 20);
	CHECK(writing.good + writing.refused == FLIPS / 4);
	CHECK(!reading.unsound);
	CHECK(!reading.silent && !writing.silent);
}

static void test_cuts(void)
{
	struct outcome outcome = {0};
	const char *path = stored_path("cut");
	unsigned refused = 0;
	for (unsigned i = 0; i < CUTS; i++) {
		struct store *store = NULL;
		struct error err = {""};
		size_t size = original_size * i / CUTS;
		if (!write_file(path, original, size))
			break;
		refused += store_open(path, &store, &err) == STATUS_INVALID && err.message[0];
		store_close(store);
		read_everything(path, &outcome);
	}
	CHECK(refused == CUTS);
	CHECK(!outcome.silent);
}

static void refuse_both(const char *path, enum status status, const char *words)
{
	struct store *store = NULL;
	struct error err = {""};
	if (!CHECK(store_open(path, &store, &err) == status && strstr(err.message, words)))
		printf("# %s\n", err.message);
	err.message[0] = '\0';
	if (!CHECK(store_open_append(path, &store, &err) == status && strstr(err.message, words)))
		printf("# %s\n", err.message);
	err.message[0] = '\0';
	if (!CHECK(store_open_once(path, &store, &err) == status && strstr(err.message, words)))
		printf("# %s\n", err.message);
}

static void test_foreign(void)
{
	const char *path = stored_path("foreign");
	write_file(path, "hello, world, this is no database\n", 34);
	refuse_both(path, STATUS_USAGE, "no leaktop file");
	unlink(path);
	sqlite3 *db = NULL;
	CHECK(!sqlite3_open(path, &db) &&
		!sqlite3_exec(db, "CREATE TABLE cookies(a)", NULL, NULL, NULL));
	sqlite3_close(db);
	refuse_both(path, STATUS_USAGE, "another program's");
	memcpy(bytes, original, original_size);
	bytes[63] = 2; // user_version, of four bytes
	write_file(path, bytes, original_size);
	refuse_both(path, STATUS_USAGE, "newer leaktop");
	bytes[63] = 0;
	write_file(path, bytes, original_size);
	refuse_both(path, STATUS_INVALID, "format 0");
	CHECK(stored_directory[0]);
}

// Nothing that the file brings along may run.
static void test_other_tables(void)
{
	const char *path = stored_path("tables");
	static const char *const changes[] = {
		"CREATE TRIGGER t AFTER INSERT ON samples BEGIN DELETE FROM samples; END",
		"DROP VIEW sample_types; CREATE VIEW sample_types AS SELECT 1",
		"DROP TABLE threads; CREATE VIEW threads AS SELECT * FROM samples, samples AS b",
		"ALTER TABLE names ADD COLUMN more",
		"DROP TABLE generations",
	};
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		sqlite3 *db = NULL;
		write_file(path, original, original_size);
		CHECK(!sqlite3_open(path, &db) && !sqlite3_exec(db, changes[i], NULL, NULL, NULL));
		sqlite3_close(db);
		refuse_both(path, STATUS_INVALID, "damaged");
	}
}

static void test_kinds(void)
{
	struct store *store = NULL;
	struct error err = {""};
	const char *path = stored_path("empty");
	write_file(path, "", 0);
	CHECK(store_open(path, &store, &err) == STATUS_INVALID && strstr(err.message, "is empty"));
	CHECK(!store_open_append(path, &store, NULL)); // mktemp makes such
	store_close(store);
	CHECK(store_open(stored_path("none"), &store, &err) == STATUS_NOT_FOUND);
	path = stored_path("fifo");
	CHECK(!mkfifo(path, 0600));
	refuse_both(path, STATUS_USAGE, "a FIFO");
	path = stored_path("directory");
	CHECK(!mkdir(path, 0700));
	refuse_both(path, STATUS_USAGE, "a directory");
	path = stored_path("link");
	CHECK(!symlink("original", path));
	CHECK(store_open_append(path, &store, &err) == STATUS_USAGE &&
		strstr(err.message, "a symbolic link"));
	CHECK(store_open_once(path, &store, &err) == STATUS_USAGE);
	CHECK(!store_open(path, &store, NULL)); // to read one is no harm
	store_close(store);
	path = stored_path("dangling");
	CHECK(!symlink("nowhere", path));
	CHECK(store_open_append(path, &store, &err) == STATUS_USAGE);
	CHECK(access(stored_path("nowhere"), F_OK) != 0);
	CHECK(store_open_append("/nonexistent/file", &store, &err) == STATUS_NOT_FOUND);
	CHECK(store_open_append("/dev/null", &store, &err) == STATUS_USAGE);
	CHECK(store_open_append("/tmp/", &store, &err) == STATUS_USAGE);
}

int main(void)
{
	make_original();
	test_flips();
	test_cuts();
	test_foreign();
	test_other_tables();
	test_kinds();
	return test_done();
}
