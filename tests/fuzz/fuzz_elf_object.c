// SPDX-License-Identifier: MIT
// An ELF file of the target: any file may lie there.
#include "base/guard.h"
#include "fuzz.h"
#include "symbols/elf_object.h"
#include "target/maps.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	AUTO(elf_object_closep) struct elf_object *object = NULL;
	if (elf_object_open(fd, "fuzz", &object, NULL))
		return 0;
	struct elf_object_symbol symbol;
	enum status status = elf_object_find_dynamic(object, "_PyRuntime", &symbol);
	status = elf_object_find_static(object, "arenas", &symbol);
	AUTO(freep) char *build_id = NULL;
	status = elf_object_read_build_id(object, &build_id);
	struct map map = {.start = 0x400000, .end = 0x500000, .path = "fuzz"};
	uint64_t bias;
	status = elf_object_bias(object, &map, &bias);
	(void)status;
	return 0;
}
