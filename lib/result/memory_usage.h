// SPDX-License-Identifier: MIT
// The kernel's figures of a process's memory at one moment.
#pragma once

#include <stdbool.h>
#include <stdint.h>

// figures.def explains the figures. Those that were not read are 0.
struct memory_usage {
	double seconds; // CLOCK_BOOTTIME at the reading
#define MEMORY(name, ...) uint64_t name;
#include "result/figures.def"
	bool has_status;  // the peak and the page tables were read
	bool has_details; // PSS, USS and swap were read
	bool has_split;	  // the split of RSS by kind of mapping was read
};
