// SPDX-License-Identifier: MIT
#include "base/path.h"

#include "../failing.h"
#include "../test.h"
#include "base/guard.h"

static void check_directory(const char *path, const char *expected)
{
	AUTO(freep) char *directory = NULL;
	CHECK(!path_directory(path, &directory));
	CHECK_STRING(directory, expected);
}

static void check_join(const char *directory, const char *name, const char *expected)
{
	AUTO(freep) char *path = NULL;
	CHECK(!path_join(directory, name, &path));
	CHECK_STRING(path, expected);
}

static void test_no_memory(void)
{
	char *path = NULL;
	allocations_left = 0;
	CHECK(path_directory("name", &path) == STATUS_NO_MEMORY && !path);
	CHECK(path_join("a", "b", &path) == STATUS_NO_MEMORY && !path);
	allocations_left = LONG_MAX;
}

int main(void)
{
	CHECK_STRING(path_base("/usr/lib/libz.so"), "libz.so");
	CHECK_STRING(path_base("name"), "name");
	CHECK_STRING(path_base("/name"), "name");
	CHECK_STRING(path_base("directory/"), "");
	CHECK_STRING(path_base(""), "");
	CHECK(path_directory_length("/usr/lib") == 4 && path_directory_length("a/b") == 1);
	CHECK(!path_directory_length("/usr") && !path_directory_length("usr"));
	check_directory("/usr/lib", "/usr");
	check_directory("/usr", "/");
	check_directory("usr", ".");
	check_directory("a/b/c", "a/b");
	check_directory("", ".");
	check_join("/", "name", "/name");
	check_join("a", "name", "a/name");
	check_join("/a/b", "name", "/a/b/name");
	test_no_memory();
	return test_done();
}
