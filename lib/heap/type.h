// SPDX-License-Identifier: MIT
// The types of the objects in an image: each is read once and kept by address.
#pragma once

#include "base/error.h"
#include "base/guard.h"
#include "heap/edge.h"
#include "heap/kind/kind.h"
#include "python/type.h"
#include "result/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct type_slot {
	uint64_t offset; // of the PyObject * in the instance
	addr_t name;	 // C string in the target
};

// Meant to be read.
struct type {
	addr_t address;
	uint32_t id; // position in the table: types are numbered in the order in which they are met
	const char
		*name; // "module.qualname", without "builtins."; escaped, valid UTF-8; never NULL
	const struct kind *kind; // never NULL
	uint64_t basicsize, itemsize, flags;
	uint64_t base_size; // tp_basicsize of the C struct that kind reads
	uint64_t c_size;    // tp_basicsize of the nearest class made in C; between base_size and
			    // c_size are the fields that C classes without a kind add
	int64_t dictoffset, weaklistoffset;
	uint32_t preheader;	  // bytes in front that sys.getsizeof counts: 0, 16 or 32
	bool has_gc_head;	  // instances have a PyGC_Head (for types as instances see
				  // object_is_tracked)
	bool is_metatype;	  // its instances are types
	bool size_is_approximate; // a class below the one that kind reads has its own __sizeof__
	const struct type_slot *slots; // __slots__ of the class and its bases
	uint32_t slot_count;
	addr_t cached_keys; // ht_cached_keys, 0 for static types
	int32_t satellite;  // offset in the instance of a pointer to memory that it owns, which is
			    // prefetched; 0: none
};

// Makes an empty table for one image. STATUS_NO_MEMORY.
must_check enum status types_create(struct types **ret);
void types_destroy(struct types *types);
GUARD(struct types, types_destroy)

// The type at address; read when it is first asked for. NULL: there is no plausible type (this is
// remembered too). The pointer is valid as long as the table.
const struct type *types_get(const struct heap *heap, addr_t address);

// Whether types_get() returned NULL because an allocation failed: then results are incomplete.
bool types_ran_out_of_memory(const struct types *types);

size_t types_count(const struct types *types);
const struct type *types_by_id(const struct types *types, uint32_t id);
