// SPDX-License-Identifier: MIT
// Where the bytes of a target come from: a process (live/), or literals (bytes.c). To add another
// one, such as a core file: write a struct that begins with struct target; a const struct
// source_ops whose functions use that struct; and a function in target.h that opens it. All access
// to a target uses these functions, and only they know what kind of target it is.
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

// See the functions of the same names in target.h. None is NULL.
struct source_ops {
	// Releases everything that the source has besides struct target, and the struct itself.
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

// The members that all targets have.
struct target {
	const struct source_ops *ops;
	pid_t pid; // 0: none
	uint64_t start_time;
	char *exe;
	char *command_line;
};
