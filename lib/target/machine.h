// SPDX-License-Identifier: MIT
// What differs between the machines that leaktop runs on: nothing else asks for one. Both are 64-bit
// and little-endian, so that the objects of CPython are laid out alike; structs with a mutex of
// pthread in them are not, which the sizes of the tables tell.
#pragma once

#include <stdint.h>

#if defined(__x86_64__)

enum {
	MACHINE_ADDRESS_BITS = 47, // of a process, with page tables of four levels
	// Where glibc keeps the thread id, counted from pthread_self(): nptl/descr.h, struct pthread,
	// behind a tcbhead_t of 704 bytes and a list_t.
	MACHINE_GLIBC_TID_OFFSET = 720,
};

// On Linux programs, libraries and stacks lie in the top and the bottom sixteenth of the address space
// or around 0x55...; each of these bits moves all three to where, as a rule, nothing of ours is. The
// first one also keeps clear of the shadow memory of a sanitizer.
static const uint64_t machine_flips[] = {
	UINT64_C(0x200000000000),
	UINT64_C(0x100000000000),
	UINT64_C(0x080000000000),
	UINT64_C(0x400000000000),
};

#elif defined(__aarch64__)

enum {
	MACHINE_ADDRESS_BITS = 48, // or 39, by the kernel's configuration
	MACHINE_GLIBC_TID_OFFSET = 208, // behind a header of 192 bytes and a list_t
};

// The last two are for an address space of 39 bits, where there is no memory at the others.
static const uint64_t machine_flips[] = {
	UINT64_C(0x200000000000),
	UINT64_C(0x100000000000),
	UINT64_C(0x400000000000),
	UINT64_C(0x800000000000),
	UINT64_C(0x002000000000),
	UINT64_C(0x001000000000),
};

#else
#error "leaktop knows x86-64 and aarch64"
#endif
