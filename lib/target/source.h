// SPDX-License-Identifier: MIT
// Where the bytes of a target come from: a process (live/), or literals (bytes.c). To add another,
// such as a core file: write a struct that begins with a struct target, a const struct source_ops
// whose functions find it there again, and an open function in target.h that fills both in. All that
// is asked of a target goes through these, and nothing but its own functions knows what kind it is.
#pragma once

#include "base/error.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct capture;
struct copy_options;
struct map;
struct maps;
struct root;
struct target;

// Each is what target.h says of the function of its name. None is NULL.
struct source_ops {
	// Releases what the source holds beyond struct target, and the struct itself.
	void (*close)(struct target *target);
	enum status (*check)(const struct target *target, struct error *err);
	enum status (*read_maps)(const struct target *target, bool with_sizes, struct maps **ret,
		struct error *err);
	enum status (*read)(
		const struct target *target, addr_t addr, void *buffer, size_t size);
	enum status (*open_file)(const struct target *target, const struct map *map, int *ret_fd,
		struct error *err);
	enum status (*open_root)(
		const struct target *target, struct root *ret, struct error *err);
	enum status (*capture)(struct target *target, struct capture *capture,
		const struct copy_options *options, struct error *err);
};

// What all targets have.
struct target {
	const struct source_ops *ops;
	pid_t pid; // 0: none
	uint64_t start_time;
	char *exe;
	char *command_line;
};
