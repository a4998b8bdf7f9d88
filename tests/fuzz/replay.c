// SPDX-License-Identifier: MIT
// Runs a fuzzer's function over its corpus, for make check: tests/fuzz/fuzz_NAME takes the files of
// tests/fuzz/corpus/NAME, each as it is and in VARIATIONS with bytes changed, cut or repeated.
#include "base/guard.h"
#include "base/path.h"
#include "fuzz.h"

#include "../unit/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VARIATIONS = 300, INPUT_MAX = 1 << 20 };

struct input {
	uint8_t *bytes; // INPUT_MAX
	size_t size;
};

// xorshift64: the same numbers every time.
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void vary(struct input *input, uint64_t *random)
{
	static const uint8_t extremes[] = {0x00, 0x01, 0x7f, 0x80, 0xff, 0x08};
	for (unsigned times = next_random(random) % 8 + 1; times > 0 && input->size; times--) {
		size_t at = next_random(random) % input->size;
		switch (next_random(random) % 4) {
		case 0:
			input->bytes[at] = (uint8_t)next_random(random);
			break;
		case 1:
			input->bytes[at] = extremes[next_random(random) % sizeof(extremes)];
			break;
		case 2:
			input->bytes[at] ^= (uint8_t)(1 << next_random(random) % 8);
			break;
		default:
			if (next_random(random) % 8 == 0)
				input->size = at;
			break;
		}
	}
}

// An exact copy, so that the sanitizers see one byte too far.
static void run(const struct input *input)
{
	AUTO(freep) uint8_t *copy = malloc(input->size ? input->size : 1);
	if (!copy)
		abort();
	memcpy(copy, input->bytes, input->size);
	LLVMFuzzerTestOneInput(copy, input->size);
}

static bool run_file(const char *path)
{
	AUTO(freep) uint8_t *original = malloc(INPUT_MAX);
	AUTO(freep) uint8_t *varied = malloc(INPUT_MAX);
	AUTO(fclosep) FILE *file = fopen(path, "rb");
	if (!original || !varied || !file)
		return false;
	struct input input = {original, fread(original, 1, INPUT_MAX, file)};
	run(&input);
	uint64_t random = 88172645463325252u;
	for (int i = 0; i < VARIATIONS; i++) {
		struct input variation = {varied, input.size};
		memcpy(varied, original, input.size);
		vary(&variation, &random);
		run(&variation);
	}
	return true;
}

int main(int argc, char **argv)
{
	(void)argc;
	const char *name = path_base(argv[0]);
	const char *srcdir = getenv("srcdir");
	char folder[2048], path[4096];
	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".",
		name + strlen("fuzz_"));
	DIR *directory = opendir(folder);
	if (!CHECK(directory != NULL))
		return test_done();
	unsigned files = 0;
	for (struct dirent *entry; (entry = readdir(directory));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		test_check(run_file(path), entry->d_name, folder, 0);
		files++;
	}
	closedir(directory);
	CHECK(files > 0);
	return test_done();
}
