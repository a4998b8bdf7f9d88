// SPDX-License-Identifier: MIT
#include "layout/dwarf/debug_file.h"

#include "base/guard.h"

#include <elfutils/libdwelf.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Limits what a debug file can make us read and allocate. CPython's has 25 MB, 80 MB decompressed.
static const uint64_t BYTES_MAX = UINT64_C(4) << 30;

struct debug_file {
	int fd;
	Elf *elf;
	Dwarf *dwarf; // NULL until somebody asks for it
	struct build_id id;
	bool has_dwarf;
};

static uint64_t bytes_of(Elf_Scn *section, const GElf_Shdr *header)
{
	GElf_Chdr compressed;
	if (header->sh_flags & SHF_COMPRESSED && gelf_getchdr(section, &compressed))
		return compressed.ch_size;
	return header->sh_type == SHT_NOBITS ? 0 : header->sh_size;
}

static bool is_dwarf(const char *name)
{
	return !strcmp(name, ".debug_info") || !strcmp(name, ".zdebug_info");
}

// Looks for DWARF and checks sizes, since compressed sections may claim any size.
static enum status look_at_sections(struct debug_file *file, struct error *err)
{
	uint64_t total = 0;
	size_t names;
	Elf_Scn *section = NULL;
	if (elf_getshdrstrndx(file->elf, &names))
		return error_set(err, STATUS_INVALID, "it has no names of sections");
	while ((section = elf_nextscn(file->elf, section))) {
		GElf_Shdr header;
		if (!gelf_getshdr(section, &header))
			continue;
		const char *name = elf_strptr(file->elf, names, header.sh_name);
		if (name && is_dwarf(name) && header.sh_type != SHT_NOBITS)
			file->has_dwarf = true;
		uint64_t bytes = bytes_of(section, &header);
		if (bytes > BYTES_MAX - total)
			return error_set(err, STATUS_INVALID, "its sections are too large");
		total += bytes;
	}
	return STATUS_OK;
}

static enum status look_at(struct debug_file *file, struct error *err)
{
	GElf_Ehdr header;
	struct stat stat;
	if (fstat(file->fd, &stat) || (uint64_t)stat.st_size > BYTES_MAX)
		return error_set(err, STATUS_INVALID, "it is too large");
	if (elf_kind(file->elf) != ELF_K_ELF || !gelf_getehdr(file->elf, &header))
		return error_set(err, STATUS_INVALID, "it is not an ELF file");
	enum status status = look_at_sections(file, err);
	if (status)
		return status;
	build_id_read(file->elf, &file->id);
	return STATUS_OK;
}

// The file is read, not mapped: if its owner truncated a mapped file, SIGBUS would kill us.
enum status debug_file_open(int take_fd, struct debug_file **ret, struct error *err)
{
	AUTO(debug_file_closep) struct debug_file *file = calloc(1, sizeof(*file));
	if (!file) {
		close(take_fd);
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a file");
	}
	file->fd = take_fd;
	elf_version(EV_CURRENT);
	file->elf = elf_begin(take_fd, ELF_C_READ, NULL);
	if (!file->elf)
		return error_set(err, STATUS_INVALID, "it is not an ELF file: %s", elf_errmsg(-1));
	enum status status = look_at(file, err);
	if (status)
		return status;
	*ret = take_ptr(file);
	return STATUS_OK;
}

void debug_file_close(struct debug_file *file)
{
	if (!file)
		return;
	dwarf_end(file->dwarf);
	elf_end(file->elf);
	close(file->fd);
	free(file);
}

const struct build_id *debug_file_id(const struct debug_file *file)
{
	return &file->id;
}

bool debug_file_has_dwarf(const struct debug_file *file)
{
	return file->has_dwarf;
}

enum status debug_file_read_dwarf(struct debug_file *file, Dwarf **ret, struct error *err)
{
	if (!file->has_dwarf)
		return error_set(err, STATUS_NOT_FOUND, "it has no debug information");
	if (!file->dwarf)
		file->dwarf = dwarf_begin_elf(file->elf, DWARF_C_READ, NULL);
	if (!file->dwarf)
		return error_set(err, STATUS_INVALID, "its debug information cannot be read: %s",
			dwarf_errmsg(-1));
	*ret = file->dwarf;
	return STATUS_OK;
}

enum status debug_file_read_link(
	const struct debug_file *file, const char **ret_name, uint32_t *ret_checksum)
{
	GElf_Word checksum;
	const char *name = dwelf_elf_gnu_debuglink(file->elf, &checksum);
	if (!name || !*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
		return STATUS_NOT_FOUND;
	*ret_name = name;
	*ret_checksum = checksum;
	return STATUS_OK;
}

enum status debug_file_read_alternate(
	struct debug_file *file, const char **ret_path, struct build_id *ret_id)
{
	const void *id;
	Dwarf *dwarf;
	enum status status = debug_file_read_dwarf(file, &dwarf, NULL);
	if (status)
		return status;
	ssize_t size = dwelf_dwarf_gnu_debugaltlink(dwarf, ret_path, &id);
	if (!size)
		return STATUS_NOT_FOUND;
	return build_id_set(ret_id, id, size) ? STATUS_OK : STATUS_INVALID;
}

// CRC-32 as in zlib: reflected, with the polynomial 0xedb88320.
static void fill_table(uint32_t table[256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t value = i;
		for (int bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
		table[i] = value;
	}
}

enum status debug_file_checksum(const struct debug_file *file, uint32_t *ret)
{
	uint32_t table[256], checksum = UINT32_MAX;
	unsigned char block[1 << 16];
	fill_table(table);
	for (off_t offset = 0;;) {
		ssize_t size = pread(file->fd, block, sizeof(block), offset);
		if (size < 0)
			return STATUS_FAILED;
		if (!size)
			break;
		for (ssize_t i = 0; i < size; i++)
			checksum = table[(checksum ^ block[i]) & 0xff] ^ checksum >> 8;
		offset += size;
	}
	*ret = ~checksum;
	return STATUS_OK;
}
