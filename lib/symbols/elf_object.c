// SPDX-License-Identifier: MIT
#include "symbols/elf_object.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/guard.h"
#include "symbols/build_id.h"
#include "symbols/symbol_table.h"
#include "target/machine.h"
#include "target/maps.h"

enum {
	SEGMENTS_MAX = 1024,
};

// A symbol section that is read when first asked for.
struct lazy_table {
	struct symbol_table *table;
	enum status status;
	bool is_read;
};

struct elf_object {
	char *path;
	int fd;
	Elf *elf;
	struct lazy_table dynamic, full;
};

static enum status check_kind(Elf *elf, const char *path, struct error *err)
{
	GElf_Ehdr header;
	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &header))
		return error_set(err, STATUS_INVALID, "'%s' is not an ELF file", path);
	if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
		return error_set(err, STATUS_UNSUPPORTED,
			"'%s' is not a 64-bit little-endian program", path);
	return STATUS_OK;
}

// Read, not mapped: a mapped file that its owner cuts short would kill us by SIGBUS.
enum status elf_object_open(int take_fd, const char *path, struct elf_object **ret, struct error *err)
{
	AUTO(elf_object_closep) struct elf_object *object = calloc(1, sizeof(*object));
	if (!object) {
		close(take_fd);
		return error_set(err, STATUS_NO_MEMORY, "cannot open '%s'", path);
	}
	object->fd = take_fd;
	object->path = strdup(path);
	if (!object->path)
		return error_set(err, STATUS_NO_MEMORY, "cannot open '%s'", path);
	elf_version(EV_CURRENT);
	object->elf = elf_begin(take_fd, ELF_C_READ, NULL);
	if (!object->elf)
		return error_set(err, STATUS_INVALID, "cannot read '%s': %s", path,
			elf_errmsg(-1));
	enum status status = check_kind(object->elf, path, err);
	if (status)
		return status;
	*ret = take_ptr(object);
	return STATUS_OK;
}

void elf_object_close(struct elf_object *object)
{
	if (!object)
		return;
	symbol_table_destroy(object->dynamic.table);
	symbol_table_destroy(object->full.table);
	elf_end(object->elf);
	close(object->fd);
	free(object->path);
	free(object);
}

const char *elf_object_path(const struct elf_object *object)
{
	return object->path;
}

int elf_object_file(const struct elf_object *object)
{
	return object->fd;
}

static enum status find(struct elf_object *object, struct lazy_table *lazy, uint32_t section_type,
	const char *name, struct elf_object_symbol *ret)
{
	GElf_Sym symbol;
	if (!lazy->is_read) {
		lazy->is_read = true;
		lazy->status = symbol_table_create(
			object->elf, section_type, section_type == SHT_DYNSYM, &lazy->table);
	}
	if (lazy->status)
		return lazy->status;
	enum status status = symbol_table_find(lazy->table, name, &symbol);
	if (status)
		return status;
	*ret = (struct elf_object_symbol){.value = symbol.st_value, .size = symbol.st_size};
	return STATUS_OK;
}

enum status elf_object_find_dynamic(
	struct elf_object *object, const char *name, struct elf_object_symbol *ret)
{
	return find(object, &object->dynamic, SHT_DYNSYM, name, ret);
}

enum status elf_object_find_static(
	struct elf_object *object, const char *name, struct elf_object_symbol *ret)
{
	return find(object, &object->full, SHT_SYMTAB, name, ret);
}

enum status elf_object_find_section(
	struct elf_object *object, const char *name, struct elf_object_symbol *ret)
{
	Elf_Scn *section = NULL;
	size_t names;
	if (elf_getshdrstrndx(object->elf, &names))
		return STATUS_NOT_FOUND;
	while ((section = elf_nextscn(object->elf, section))) {
		GElf_Shdr header;
		const char *found = gelf_getshdr(section, &header)
			? elf_strptr(object->elf, names, header.sh_name) : NULL;
		if (!found || strcmp(found, name) || !(header.sh_flags & SHF_ALLOC))
			continue;
		*ret = (struct elf_object_symbol){.value = header.sh_addr, .size = header.sh_size};
		return STATUS_OK;
	}
	return STATUS_NOT_FOUND;
}

// The loader maps a segment from the page that holds its first byte:
//
//	file   | p_offset & -page ... p_offset ... |       mapping | offset ... |
//	memory | p_vaddr & -page  ... p_vaddr ...  | + bias  =     | start ...  |
//
// mprotect() may have split a mapping, so that it begins further inside its segment.
static bool segment_bias(const GElf_Phdr *segment, const struct map *map, uint64_t *ret)
{
	const uint64_t page_mask = machine_page_size() - 1;
	if (segment->p_type != PT_LOAD || (segment->p_vaddr ^ segment->p_offset) & page_mask ||
		map->executable != !!(segment->p_flags & PF_X))
		return false;
	uint64_t begin = segment->p_offset & ~page_mask;
	uint64_t end = segment->p_offset + segment->p_filesz;
	if (end < segment->p_offset || map->offset < begin || map->offset >= end)
		return false;
	uint64_t bias = map->start - ((segment->p_vaddr & ~page_mask) + (map->offset - begin));
	if (bias & page_mask)
		return false;
	*ret = bias;
	return true;
}

enum status elf_object_bias(struct elf_object *object, const struct map *map, uint64_t *ret)
{
	size_t count;
	if (elf_getphdrnum(object->elf, &count) || count > SEGMENTS_MAX)
		return STATUS_INVALID;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr segment;
		if (gelf_getphdr(object->elf, (int)i, &segment) && segment_bias(&segment, map, ret))
			return STATUS_OK;
	}
	return STATUS_INVALID;
}

enum status elf_object_read(struct elf_object *object, uint64_t value, void *buffer, size_t size)
{
	size_t count;
	if (elf_getphdrnum(object->elf, &count) || count > SEGMENTS_MAX)
		return STATUS_INVALID;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr segment;
		if (!gelf_getphdr(object->elf, (int)i, &segment) || segment.p_type != PT_LOAD ||
			value < segment.p_vaddr || segment.p_filesz < size ||
			value - segment.p_vaddr > segment.p_filesz - size)
			continue;
		uint64_t offset = segment.p_offset + (value - segment.p_vaddr);
		ssize_t got = offset > INT64_MAX ? -1
						 : pread(object->fd, buffer, size, (off_t)offset);
		return got == (ssize_t)size ? STATUS_OK : STATUS_INVALID;
	}
	return STATUS_NOT_FOUND;
}

enum status elf_object_read_build_id(struct elf_object *object, char **ret)
{
	struct build_id id;
	char text[BUILD_ID_TEXT_SIZE];
	build_id_read(object->elf, &id);
	build_id_format(&id, text);
	char *copy = strdup(text);
	if (!copy)
		return STATUS_NO_MEMORY;
	*ret = copy;
	return STATUS_OK;
}
