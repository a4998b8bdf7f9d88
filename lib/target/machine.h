// SPDX-License-Identifier: MIT
// The differences between the machines that leaktop runs on; no other file asks for the machine.
// Both are 64-bit and little-endian, so CPython's structs are the same, except for mutexes of the C
// library in the interpreter's state.
#pragma once

#include <stdint.h>
#include <unistd.h>

#if defined(__x86_64__)

enum {
	MACHINE_ADDRESS_BITS = 47, // of a process, with page tables of four levels
	// The offset of the thread id from pthread_self() in glibc: nptl/descr.h, struct pthread,
	// after a tcbhead_t of 704 bytes and a list_t.
	MACHINE_GLIBC_TID_OFFSET = 720,
	MACHINE_MUTEX_GROWTH = 0,
	MACHINE_LOWEST_FLIP = 43, // bit of machine_flips[]
};

// On Linux programs, libraries and stacks are in the top and the bottom sixteenth of the address
// space, or around 0x55.... Each of these bits moves all three to where we usually have nothing.
// The first one also avoids the shadow memory of a sanitizer.
static const uint64_t machine_flips[] = {
	UINT64_C(0x200000000000),
	UINT64_C(0x100000000000),
	UINT64_C(0x080000000000),
	UINT64_C(0x400000000000),
};

#elif defined(__aarch64__)

enum {
	// Or 39, by the kernel's configuration. With 52, addresses above 48 bits are only given on
	// request.
	MACHINE_ADDRESS_BITS = 48,
	MACHINE_GLIBC_TID_OFFSET = 208, // after a header of 192 bytes and a list_t
	// How much larger than the 40 bytes of x86-64 pthread_mutex_t is: bits/pthreadtypes-arch.h.
	MACHINE_MUTEX_GROWTH = 8,
	MACHINE_LOWEST_FLIP = 36,
};

// The last two are for an address space of 39 bits, in which the others are outside.
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

// The kernel's page size: 4 KiB; on aarch64 also 16 or 64 KiB, by its configuration.
static inline uint64_t machine_page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}
