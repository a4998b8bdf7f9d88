// SPDX-License-Identifier: MIT
// The built-in tables against the debug information of the interpreters that are installed, here
// and below LEAKTOP_TEST_ROOTS: every field must be the same.
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "../test.h"
#include "base/error.h"
#include "base/text.h"
#include "doctor/layout_text.h"
#include "layout/dwarf/dwarf.h"
#include "symbols/version.h"

static unsigned compared;

// The extension modules that hold structs of fields.def where they are not part of the interpreter:
// the same as in lib/layout/update.
static const char *const modules[] = {
	"_asyncio", "array", "_datetime", "_decimal", "_elementtree", "_struct", "_queue"};

enum { FILES_MAX = 1 + sizeof(modules) / sizeof(modules[0]) };

static bool is_module(const char *file, const char *module, int minor)
{
	char prefix[64];
	snprintf(prefix, sizeof(prefix), "%s.cpython-3%d-", module, minor);
	return !strncmp(file, prefix, strlen(prefix));
}

// Adds the modules to files[1...]; the entries are to be freed.
static size_t find_modules(const char *root, int minor, char *files[FILES_MAX])
{
	char directory[PATH_MAX / 2];
	size_t count = 1;
	snprintf(directory, sizeof(directory), "%s/usr/lib/python3.%d/lib-dynload", root, minor);
	DIR *entries = opendir(directory);
	struct dirent *entry;
	while (entries && (entry = readdir(entries)))
		for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
			if (is_module(entry->d_name, modules[i], minor) && count < FILES_MAX &&
				asprintf(&files[count], "%s/%s", directory, entry->d_name) > 0)
				count++;
	if (entries)
		closedir(entries);
	return count;
}

// Up to 3.10 the file does not say its release, and one table stands for all of a minor version.
static uint32_t release_of(const char *path, int minor)
{
	uint32_t version;
	return version_of_file(path, &version, NULL) ? 0x030000 | (uint32_t)minor << 8 : version;
}

// A table may leave out a field that differs within its range.
static unsigned count_differences(const struct layout *table, const struct layout *actual)
{
	struct layout reduced = *actual;
	struct text text = {0};
	for (int i = 0; i < FIELD_COUNT; i++)
		if (i == FIELD_interp_size && !layout_has(table, FIELD_interp_size))
			reduced.field[i] = LAYOUT_ABSENT;
	unsigned count = layout_text_add_difference(&text, table, &reduced);
	char *lines = text_take(&text);
	if (count)
		printf("# %s: table, debug information:\n# %s", table->name, lines);
	free(lines);
	return count;
}

// Of the tables that fit, one must be equal.
static void compare(const struct layout *actual)
{
	const struct layout *const *lists[] = {layout_tables(), layout_candidates()};
	unsigned fitting = 0, equal = 0;
	for (int i = 0; i < 2; i++)
		for (const struct layout *const *table = lists[i]; *table; table++) {
			if (actual->first_version < (*table)->first_version ||
				actual->first_version > (*table)->last_version ||
				actual->runtime_size != (*table)->runtime_size)
				continue;
			fitting++;
			equal += !count_differences(*table, actual);
		}
	if (!fitting) {
		printf("# no table for this build\n");
		return;
	}
	compared++;
	CHECK(equal == 1);
}

static void check_interpreter(const char *root, int minor)
{
	char path[PATH_MAX / 2];
	char *files[FILES_MAX] = {path};
	struct error err = {{0}};
	struct layout *layout;
	snprintf(path, sizeof(path), "%s/usr/bin/python3.%d", root, minor);
	if (access(path, R_OK))
		return;
	printf("# %s\n", path);
	size_t count = find_modules(root, minor, files);
	enum status status = layout_from_files((const char *const *)files, count, root,
		release_of(path, minor), &layout, &err);
	if (status == STATUS_NOT_FOUND) {
		printf("# %s\n", err.message);
	} else if (CHECK(!status)) {
		compare(layout);
		layout_destroy(layout);
	} else {
		printf("# %s\n", err.message);
	}
	while (count-- > 1)
		free(files[count]);
}

static void check_root(const char *root)
{
	for (int minor = 8; minor <= 15; minor++)
		check_interpreter(root, minor);
}

static void test_release(void)
{
	uint32_t version = 0;
	CHECK(!version_parse("3.11.2", &version) && version == 0x030b02);
	CHECK(version_parse("3.11", &version) == STATUS_INVALID);
	CHECK(version_parse("3.11.2rc1", &version) == STATUS_INVALID);
	CHECK(version_parse("3.11.256", &version) == STATUS_INVALID);
	CHECK(version_parse("", &version) == STATUS_INVALID);
	CHECK(version_of_file("/proc/self/exe", &version, NULL) == STATUS_NOT_FOUND);
	CHECK(version_of_file("/no/such/file", &version, NULL) == STATUS_FAILED);
}

int main(void)
{
	test_release();
	check_root("");
	const char *roots = getenv("LEAKTOP_TEST_ROOTS");
	char *copy = strdup(roots ? roots : ""), *rest = copy;
	for (char *root; (root = strsep(&rest, ":"));)
		if (*root)
			check_root(root);
	free(copy);
	if (!compared)
		printf("ok %d - installed interpreters # SKIP none has debug information "
		       "(python3-dbg) and a table\n",
			++test_count);
	return test_done();
}
