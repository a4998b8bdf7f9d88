// SPDX-License-Identifier: MIT
#include "symbols/interpreter_file.h"
#include "symbols/version.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../test.h"
#include "base/error.h"
#include "child.h"
#include "target/target.h"

#define PYTHON "/usr/bin/python3"

// Stands for the copy of a libpython's variable in an executable that refers to it directly: this
// program is linked with -rdynamic.
__attribute__((visibility("default"))) char PyDict_Type[512] = {1};

static void skip(const char *what, const char *reason)
{
	printf("ok %d - %s # SKIP %s\n", ++test_count, what, reason);
}

static bool has_text(const char *text, const char *part)
{
	if (strstr(text, part))
		return true;
	printf("# '%s' is not in '%s'\n", part, text);
	return false;
}

// Opens a child's symbols and closes them again with close_symbols().
static enum status open_symbols(const struct child *child, struct target **target,
	struct interpreter_file **file, struct error *err)
{
	*file = NULL;
	*target = NULL;
	enum status status = target_open_pid(child->pid, target, err);
	return status ? status : interpreter_file_open(*target, file, err);
}

static void close_symbols(struct target *target, struct interpreter_file *file)
{
	interpreter_file_close(file);
	target_close(target);
}

// The address must be that of the type dict: its type is PyType_Type, its name "dict".
static bool is_dict_type(const struct target *target, const struct interpreter_file *file)
{
	addr_t dict, type;
	struct {
		uint64_t refcnt, type, size, name;
	} head;
	char *name = NULL;
	if (interpreter_file_find(file, "PyDict_Type", &dict, NULL) ||
		interpreter_file_find(file, "PyType_Type", &type, NULL) ||
		target_read(target, dict, &head, sizeof(head)) || head.type != type ||
		target_read_string(target, head.name, 16, &name))
		return false;
	bool good = !strcmp(name, "dict");
	free(name);
	return good;
}

static void check_interpreter(const char *root, const char *interpreter, const char *version)
{
	struct child child;
	struct target *target;
	struct interpreter_file *file;
	struct error err = {{0}};
	uint32_t found = 0;
	uint64_t size = 0;
	addr_t addr;
	printf("# %s%s\n", root ? root : "", interpreter);
	if (!CHECK(child_start_python(&child, root, interpreter)))
		return;
	if (CHECK(!open_symbols(&child, &target, &file, &err))) {
		CHECK(!interpreter_file_find(file, "_PyRuntime", &addr, &size));
		CHECK(size > 500 && addr);
		CHECK(is_dict_type(target, file));
		CHECK(interpreter_file_find(file, "PyNo_Such", &addr, NULL) == STATUS_NOT_FOUND);
		CHECK(interpreter_file_find(file, "", &addr, NULL) == STATUS_NOT_FOUND);
		CHECK(!version_of_process(file, target, &found, &err));
		char text[32];
		snprintf(text, sizeof(text), "%u.%u", found >> 24, found >> 16 & 0xff);
		CHECK_STRING(text, version);
		CHECK((found & 0xf0) >= 0xa0);
		CHECK(strlen(interpreter_file_build_id(file)) == 40);
		CHECK(fcntl(interpreter_file_descriptor(file), F_GETFD) >= 0);
	} else {
		printf("# %s\n", err.message);
	}
	close_symbols(target, file);
	child_end(&child);
}

// The version that an interpreter says of itself: "3.11".
static bool ask_version(const char *root, const char *interpreter, char *buffer, size_t size)
{
	struct child child;
	const char *const arguments[] = {interpreter, "-I", "-S", "-c",
		"import sys; sys.stdout.write('r%d.%d' % sys.version_info[:2])", NULL};
	bool good = child_start(&child, root, arguments);
	ssize_t length = good ? read(child.output, buffer, size - 1) : 0;
	buffer[length > 0 ? length : 0] = '\0';
	child_end(&child);
	return length > 0;
}

// Every interpreter that is installed, here and below LEAKTOP_TEST_ROOTS.
static void check_interpreters(const char *root)
{
	for (int minor = 8; minor <= 15; minor++) {
		char path[4096], interpreter[64], version[16];
		snprintf(interpreter, sizeof(interpreter), "/usr/bin/python3.%d", minor);
		snprintf(path, sizeof(path), "%s%s", root ? root : "", interpreter);
		if (access(path, X_OK))
			continue;
		if (CHECK(ask_version(root, interpreter, version, sizeof(version))))
			check_interpreter(root, interpreter, version);
	}
}

static void test_roots(void)
{
	const char *roots = getenv("LEAKTOP_TEST_ROOTS");
	if (!roots || geteuid()) {
		skip("interpreters in other roots", "needs root and LEAKTOP_TEST_ROOTS");
		return;
	}
	char *copy = strdup(roots), *rest = copy;
	for (char *root; (root = strsep(&rest, ":"));)
		if (*root)
			check_interpreters(root);
	free(copy);
}

static bool copy_file(const char *from, const char *to)
{
	char buffer[65536];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_EXCL, 0700);
	ssize_t count = -1;
	if (in >= 0 && out >= 0)
		while ((count = read(in, buffer, sizeof(buffer))) > 0)
			if (write(out, buffer, (size_t)count) != count)
				break;
	close(in);
	close(out);
	return count == 0;
}

static void test_deleted(void)
{
	struct child child;
	struct target *target;
	struct interpreter_file *file;
	struct error err = {{0}};
	char directory[] = "/tmp/leaktop-test-XXXXXX", path[64];
	if (!CHECK(mkdtemp(directory) != NULL))
		return;
	snprintf(path, sizeof(path), "%s/python", directory);
	CHECK(copy_file(PYTHON, path));
	CHECK(child_start_python(&child, NULL, path));
	unlink(path);
	rmdir(directory);
	if (CHECK(!open_symbols(&child, &target, &file, &err)))
		CHECK(is_dict_type(target, file));
	else
		printf("# %s\n", err.message);
	close_symbols(target, file);
	child_end(&child);
}

static void check_refused(const char *const *arguments, const char *part, const char *other_part)
{
	struct child child;
	struct target *target;
	struct interpreter_file *file;
	struct error err = {{0}};
	CHECK(child_start(&child, NULL, arguments));
	CHECK(open_symbols(&child, &target, &file, &err) == STATUS_NOT_PYTHON);
	CHECK(has_text(err.message, part) && has_text(err.message, other_part));
	close_symbols(target, file);
	child_end(&child);
}

static void test_not_python(void)
{
	char pid_free[] = "is not a CPython process (";
	const char *const shell[] = {"/bin/sh", "-c", "echo r; read x", NULL};
	check_refused(shell, pid_free, "sh)");

	if (access("/usr/bin/pypy3", X_OK)) {
		skip("PyPy is named", "no pypy3");
		return;
	}
	const char *const pypy[] = {"/usr/bin/pypy3", "-c", CHILD_PROGRAM, NULL};
	check_refused(pypy, "is PyPy (pypy3", "leaktop reads CPython only");
}

static void test_gone(void)
{
	struct child child;
	struct target *target;
	struct interpreter_file *file;
	struct error err = {{0}};
	CHECK(child_start_python(&child, NULL, PYTHON));
	CHECK(!target_open_pid(child.pid, &target, &err));
	child_end(&child);
	CHECK(interpreter_file_open(target, &file, &err) == STATUS_GONE);
	target_close(target);
}

// A libpython that is loaded late into an executable with a name of its own.
static void test_embedded(void)
{
	static const char *const libraries[] = {"libpython3.11.so.1.0", "libpython3.13.so.1.0",
		"libpython3.9.so.1.0", "libpython3.12.so.1.0", "libpython3.10.so.1.0"};
	void *library = NULL;
	struct child child;
	struct target *target;
	struct interpreter_file *file;
	struct error err = {{0}};
	addr_t addr;
	for (size_t i = 0; !library && i < sizeof(libraries) / sizeof(libraries[0]); i++)
		library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);
	if (!library) {
		skip("libpython in another program", "no libpython3");
		return;
	}
	if (!child_fork(&child)) {
		char byte = 'r';
		if (write(1, &byte, 1) == 1)
			(void)!read(0, &byte, 1);
		_exit(0);
	}
	CHECK(child_wait_ready(&child));
	if (CHECK(!open_symbols(&child, &target, &file, &err))) {
		CHECK(has_text(interpreter_file_path(file), "libpython3"));
		CHECK(!interpreter_file_find(file, "_PyRuntime", &addr, NULL));
		CHECK(addr == (uintptr_t)dlsym(library, "_PyRuntime"));
		// The executable's own goes before the library's.
		CHECK(!interpreter_file_find(file, "PyDict_Type", &addr, NULL));
		CHECK(addr == (uintptr_t)PyDict_Type);
		CHECK(!interpreter_file_find(file, "PyList_Type", &addr, NULL));
		CHECK(addr == (uintptr_t)dlsym(library, "PyList_Type"));
		CHECK(interpreter_file_bias(file) != 0);
	} else {
		printf("# %s\n", err.message);
	}
	close_symbols(target, file);
	child_end(&child);
	dlclose(library);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (access(PYTHON, X_OK)) {
		puts("1..0 # SKIP no " PYTHON);
		return 77;
	}
	check_interpreters(NULL);
	test_roots();
	test_deleted();
	test_not_python();
	test_gone();
	test_embedded();
	return test_done();
}
