// SPDX-License-Identifier: MIT
// The debug information of this very program, whose structs are named as CPython's.
#include "layout/dwarf/dwarf.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../test.h"
#include "base/error.h"

// Typedefs of structs without a name, embedded structs, unions and structs without a name, arrays
// of structs, bit fields, alternatives old and new; mutexes by themselves, in arrays and in unions.

struct _is {
	char padding[8];
	struct _is *next;
	struct {
		char unused[5];
		struct {
			void *first, *head;
		};
	} threads;
	pthread_mutex_t *elsewhere;
	struct {
		pthread_mutex_t first;
		const pthread_mutex_t more[2];
	} locks[2][2];
	union {
		pthread_mutex_t one;
		struct {
			int value;
			pthread_mutex_t one, two;
		} both;
	};
	union {
		void *modules;
		char other[32];
	};
	struct {
		int padding;
		struct {
			char readiness[3], initialized;
		} builtins[7];
	} types;
};

typedef struct {
	uint64_t before;
	volatile int _finalizing;
	struct {
		struct _is *head, *main;
	} interpreters;
} pyruntimestate;

typedef struct {
	char header[16];
	struct {
		unsigned interned : 2, kind : 3;
	} state;
	unsigned low : 4, high : 12, length : 16;
} PyASCIIObject;

// A name that is a declaration here: not found.
struct _ts;

static struct {
	pyruntimestate runtime;
	struct _is interp;
	PyASCIIObject string;
	struct _ts *thread;
} kept;

static struct layout *read_own(const char *const *paths, size_t count, enum status expected)
{
	struct layout *layout = NULL;
	struct error err = {{0}};
	enum status status = layout_from_files(paths, count, "", 0x030b02, &layout, &err);
	if (!CHECK(status == expected))
		printf("# %s: %s\n", status_text(status), err.message);
	return layout;
}

static void check_fields(const struct layout *layout)
{
	const uint32_t *field = layout->field;
	CHECK(layout->source == LAYOUT_DWARF);
	CHECK(layout->first_version == 0x030b02 && layout->last_version == 0x030b02);
	CHECK(layout->pool_size == 16384 && layout->traits.has_separate_values_word);
	CHECK(layout->runtime_size == sizeof(pyruntimestate));
	CHECK(field[FIELD_runtime_size] == sizeof(pyruntimestate));
	CHECK(field[FIELD_runtime_finalizing] == offsetof(pyruntimestate, _finalizing));
	CHECK(field[FIELD_runtime_interpreters_main] == offsetof(pyruntimestate, interpreters.main));
	CHECK(field[FIELD_runtime_gc] == LAYOUT_ABSENT);
	CHECK(field[FIELD_interp_next] == offsetof(struct _is, next));
	CHECK(field[FIELD_interp_threads_head] == offsetof(struct _is, threads.head));
	CHECK(field[FIELD_interp_modules] == offsetof(struct _is, modules));
	CHECK(field[FIELD_interp_type_states] == offsetof(struct _is, types.builtins[0].initialized));
	CHECK(field[FIELD_str_state] == offsetof(PyASCIIObject, state));
	CHECK(field[FIELD_str_length] == offsetof(PyASCIIObject, state) + 4 + 2);
	CHECK(field[FIELD_str_ascii_size] == sizeof(PyASCIIObject));
	CHECK(field[FIELD_thread_size] == LAYOUT_ABSENT);
	CHECK(!layout_has(layout, FIELD_dict_keys));
}

// What lies behind a field does not count, nor does what is only pointed to.
static void test_mutexes(void)
{
	static const char *const own[] = {"/proc/self/exe", "/proc/self/exe"};
	struct error err = {{0}};
	uint8_t mutexes[FIELD_COUNT];
	if (!CHECK(!layout_count_mutexes(own, 2, "", mutexes, &err)))
		printf("# %s\n", err.message);
	CHECK(mutexes[FIELD_runtime_size] == 0 && mutexes[FIELD_dict_keys] == 0);
	CHECK(mutexes[FIELD_interp_next] == 0 && mutexes[FIELD_interp_threads_head] == 0);
	CHECK(mutexes[FIELD_interp_modules] == 2 * 2 * 3 + 2);
	CHECK(mutexes[FIELD_interp_size] == 2 * 2 * 3 + 2);
	CHECK(layout_count_mutexes((const char *const[]){"/no/such/file"}, 1, "", mutexes, &err) ==
	      STATUS_INVALID);
}

static void test_missing(void)
{
	const char *const missing = "/no/such/file";
	struct error err = {{0}};
	struct layout *layout = NULL;
	CHECK(layout_from_files(&missing, 1, "", 0x030b02, &layout, &err) == STATUS_INVALID);
	CHECK(strstr(err.message, "/no/such/file") != NULL);
	CHECK(layout_from_files(&missing, 1, "", 0x020700, &layout, &err) == STATUS_UNSUPPORTED);
	CHECK_STRING(err.message, "no description of how CPython 2.7 behaves");
	CHECK(layout_from_files(NULL, 0, "", 0x030b02, &layout, &err) == STATUS_NOT_FOUND);
	CHECK(!layout);
	layout_destroy(NULL);
}

int main(void)
{
	static const char *const own[] = {"/proc/self/exe", "/proc/self/exe"};
	kept.interp.modules = &kept;
	struct layout *layout = NULL;
	struct error err = {{0}};
	test_missing();
	if (layout_from_files(own, 1, "", 0x030b02, &layout, &err) == STATUS_NOT_FOUND) {
		printf("ok %d - own debug information # SKIP built without -g\n", ++test_count);
		return test_done();
	}
	layout_destroy(layout);
	layout = read_own(own, 1, STATUS_OK);
	if (layout)
		check_fields(layout);
	layout_destroy(layout);
	layout = read_own(own, 2, STATUS_OK);
	if (layout)
		check_fields(layout);
	layout_destroy(layout);
	test_mutexes();
	return test_done();
}
