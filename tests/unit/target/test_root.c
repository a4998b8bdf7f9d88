// SPDX-License-Identifier: MIT
// Opens files below a directory that serves as "/".
#include "target/root.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../test.h"

static char directory[] = "/tmp/leaktop-root-XXXXXX";

static const char *inside(const char *name)
{
	static char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s%s", directory, name);
	return path;
}

static bool write_file(const char *name, const char *text)
{
	FILE *file = fopen(inside(name), "w");
	return file && fputs(text, file) >= 0 && !fclose(file);
}

// What the file says, "" where it cannot be opened.
static const char *read_below(const struct root *root, const char *path)
{
	static char text[64];
	struct error err = {{0}};
	int fd = -1;
	memset(text, 0, sizeof(text));
	if (root_open_file(root, path, &fd, &err)) {
		CHECK(fd < 0 && *err.message);
		return text;
	}
	CHECK(read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	return text;
}

static void make_tree(void)
{
	CHECK(mkdtemp(directory) != NULL);
	CHECK(!mkdir(inside("/outside"), 0755));
	CHECK(!mkdir(inside("/root"), 0755) && !mkdir(inside("/root/dir"), 0755));
	CHECK(write_file("/root/dir/file", "inside"));
	CHECK(write_file("/outside/file", "outside"));
	CHECK(!symlink("dir/file", inside("/root/relative")));
	CHECK(!symlink("/dir/file", inside("/root/absolute")));
	CHECK(!symlink("../outside/file", inside("/root/upwards")));
	char outside[PATH_MAX];
	snprintf(outside, sizeof(outside), "%s", inside("/outside/file"));
	CHECK(!symlink(outside, inside("/root/away")));
	CHECK(!mkfifo(inside("/root/pipe"), 0644));
}

static void remove_tree(void)
{
	static const char *const files[] = {"/root/dir/file", "/outside/file", "/root/relative",
		"/root/absolute", "/root/upwards", "/root/away", "/root/pipe"};
	static const char *const directories[] = {"/root/dir", "/root", "/outside", ""};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		CHECK(!unlink(inside(files[i])));
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		CHECK(!rmdir(inside(directories[i])));
}

static void test_files(const struct root *root)
{
	CHECK_STRING(read_below(root, "/dir/file"), "inside");
	CHECK_STRING(read_below(root, "/relative"), "inside");
	CHECK_STRING(read_below(root, "/absolute"), "inside");
	CHECK_STRING(read_below(root, "/../../dir/file"), "inside");
	CHECK_STRING(read_below(root, "/upwards"), "");
	CHECK_STRING(read_below(root, "/away"), "");
	CHECK_STRING(read_below(root, "/dir"), "");
	CHECK_STRING(read_below(root, "/pipe"), "");
	CHECK_STRING(read_below(root, "/no/such/file"), "");
}

static void test_names(void)
{
	const struct root chroot = {.path = "/srv/root"}, own = {.path = "/"};
	CHECK_STRING(root_name(&chroot, "/srv/root/usr/bin/python3"), "/usr/bin/python3");
	CHECK_STRING(root_name(&chroot, "/srv/rooted/python3"), "/srv/rooted/python3");
	CHECK_STRING(root_name(&chroot, "/usr/bin/python3"), "/usr/bin/python3");
	CHECK_STRING(root_name(&own, "/usr/bin/python3"), "/usr/bin/python3");
}

int main(void)
{
	struct error err = {{0}};
	struct root root = {.fd = -1};
	make_tree();
	CHECK(root_open(inside("/none"), &root, &err) == STATUS_NOT_FOUND && root.fd < 0);
	CHECK(root_open(inside("/root/dir/file"), &root, &err) && root.fd < 0);
	if (CHECK(!root_open(inside("/root"), &root, &err)))
		test_files(&root);
	root_close(&root);
	CHECK(root.fd == -1 && !root.path);
	root_close(&root);
	test_names();
	remove_tree();
	return test_done();
}
