// SPDX-License-Identifier: MIT
#include "symbols/symbol_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/guard.h"
#include "base/map.h"

// Limits against a file that was made to keep us busy by names without end.
enum {
	BYTES_MAX = 128 << 20, // of one section
	STEM_MAX = 512,	       // we look for no longer names
	SEGMENTS_MAX = 1024,
};

// The number of a symbol by the stem of its name; 0 is never a symbol by the ELF specification.
MAP_STRING(symbol_numbers, uint32_t)

struct symbol_table {
	Elf_Data *symbols; // owned by libelf, as are the names
	const char *names;
	size_t names_size;
	size_t count;
	struct symbol_numbers numbers;
};

// The length of the part that counts, up to the first dot; 0 where it is too long.
static size_t stem_length(const char *name, size_t limit)
{
	size_t length = 0;
	while (length < limit && length <= STEM_MAX && name[length] && name[length] != '.')
		length++;
	return length <= STEM_MAX ? length : 0;
}

// The stem of a symbol's name; length 0 where the name is outside of the string table.
static const char *symbol_stem(
	const struct symbol_table *table, const GElf_Sym *symbol, size_t *length)
{
	*length = 0;
	if (symbol->st_name >= table->names_size)
		return "";
	const char *name = table->names + symbol->st_name;
	*length = stem_length(name, table->names_size - symbol->st_name);
	return name;
}

static bool is_local(const GElf_Sym *symbol)
{
	return GELF_ST_BIND(symbol->st_info) == STB_LOCAL;
}

// Only symbols that are places in memory: no imports, constants, files, sections, thread-local offsets.
static bool is_wanted(const GElf_Sym *symbol, bool only_global)
{
	switch (GELF_ST_TYPE(symbol->st_info)) {
	case STT_NOTYPE:
	case STT_OBJECT:
	case STT_FUNC:
		break;
	default:
		return false;
	}
	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_ABS)
		return false;
	return !only_global || !is_local(symbol);
}

// Of several symbols of one name the first global one counts, else the first.
static enum status fill_numbers(struct symbol_table *table, bool only_global)
{
	for (size_t i = 1; i < table->count; i++) {
		GElf_Sym symbol, present;
		size_t length;
		if (!gelf_getsym(table->symbols, (int)i, &symbol) || !is_wanted(&symbol, only_global))
			continue;
		const char *name = symbol_stem(table, &symbol, &length);
		if (!length)
			continue;
		uint32_t *number = symbol_numbers_add_bytes(&table->numbers, name, length);
		if (!number)
			return STATUS_NO_MEMORY;
		if (!*number || (!is_local(&symbol) &&
					gelf_getsym(table->symbols, (int)*number, &present) &&
					is_local(&present)))
			*number = (uint32_t)i;
	}
	return STATUS_OK;
}

static Elf_Scn *find_section(Elf *elf, uint32_t section_type, GElf_Shdr *ret)
{
	Elf_Scn *section = NULL;
	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, ret) && ret->sh_type == section_type)
			return section;
	return NULL;
}

static enum status read_section(
	Elf_Scn *section, const GElf_Shdr *header, uint32_t section_type, Elf_Data **ret)
{
	if (!section || header->sh_type != section_type || header->sh_size > BYTES_MAX ||
		header->sh_flags & SHF_COMPRESSED)
		return STATUS_INVALID;
	Elf_Data *data = elf_getdata(section, NULL);
	if (!data || !data->d_buf)
		return STATUS_INVALID;
	*ret = data;
	return STATUS_OK;
}

static enum status read_sections(struct symbol_table *table, Elf *elf, uint32_t section_type)
{
	GElf_Shdr header, names_header;
	Elf_Data *names;
	Elf_Scn *section = find_section(elf, section_type, &header);
	if (!section)
		return STATUS_NOT_FOUND;
	Elf_Scn *names_section = elf_getscn(elf, header.sh_link);
	if (!names_section || !gelf_getshdr(names_section, &names_header))
		return STATUS_INVALID;
	enum status status = read_section(section, &header, section_type, &table->symbols);
	if (!status)
		status = read_section(names_section, &names_header, SHT_STRTAB, &names);
	if (status)
		return status;
	table->names = names->d_buf;
	table->names_size = names->d_size;
	table->count = table->symbols->d_size / gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT);
	return STATUS_OK;
}

// Where in the file the bytes of one of its addresses are; STATUS_INVALID if not all of them are there.
static enum status find_bytes(
	Elf *elf, uint64_t address, uint64_t size, Elf_Type type, Elf_Data **ret)
{
	size_t count;
	if (!size || size > BYTES_MAX || elf_getphdrnum(elf, &count) || count > SEGMENTS_MAX)
		return STATUS_INVALID;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr segment;
		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD ||
			address < segment.p_vaddr || size > segment.p_filesz ||
			address - segment.p_vaddr > segment.p_filesz - size)
			continue;
		uint64_t offset = segment.p_offset + (address - segment.p_vaddr);
		if (offset > INT64_MAX)
			return STATUS_INVALID;
		*ret = elf_getdata_rawchunk(elf, (int64_t)offset, size, type);
		return *ret && (*ret)->d_buf && (*ret)->d_size == size ? STATUS_OK : STATUS_INVALID;
	}
	return STATUS_INVALID;
}

struct dynamic {
	uint64_t symbols, names, names_size; // addresses as in the file
};

static enum status read_dynamic(Elf *elf, struct dynamic *ret)
{
	GElf_Phdr segment = {0};
	GElf_Dyn entry;
	Elf_Data *entries;
	size_t count;
	if (elf_getphdrnum(elf, &count) || count > SEGMENTS_MAX)
		return STATUS_NOT_FOUND;
	for (size_t i = 0; i < count; i++)
		if (gelf_getphdr(elf, (int)i, &segment) && segment.p_type == PT_DYNAMIC)
			break;
	if (segment.p_type != PT_DYNAMIC ||
		find_bytes(elf, segment.p_vaddr, segment.p_filesz, ELF_T_DYN, &entries))
		return STATUS_NOT_FOUND;
	*ret = (struct dynamic){0};
	for (int i = 0; gelf_getdyn(entries, i, &entry) && entry.d_tag != DT_NULL; i++) {
		switch (entry.d_tag) {
		case DT_SYMTAB:
			ret->symbols = entry.d_un.d_ptr;
			break;
		case DT_STRTAB:
			ret->names = entry.d_un.d_ptr;
			break;
		case DT_STRSZ:
			ret->names_size = entry.d_un.d_val;
			break;
		}
	}
	return STATUS_OK;
}

// Without section headers, the table for the loader still tells where the symbols begin. It does not
// tell how many there are, but linkers put the names directly behind them.
static enum status read_segments(struct symbol_table *table, Elf *elf)
{
	struct dynamic dynamic;
	Elf_Data *names;
	uint64_t symbol_size = gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT);
	enum status status = read_dynamic(elf, &dynamic);
	if (status)
		return status;
	if (dynamic.names <= dynamic.symbols)
		return STATUS_INVALID;
	table->count = (dynamic.names - dynamic.symbols) / symbol_size;
	status = find_bytes(elf, dynamic.symbols, table->count * symbol_size, ELF_T_SYM,
		&table->symbols);
	if (!status)
		status = find_bytes(elf, dynamic.names, dynamic.names_size, ELF_T_BYTE, &names);
	if (status)
		return status;
	table->names = names->d_buf;
	table->names_size = names->d_size;
	return STATUS_OK;
}

enum status symbol_table_create(
	Elf *elf, uint32_t section_type, bool only_global, struct symbol_table **ret)
{
	AUTO(symbol_table_destroyp) struct symbol_table *table = calloc(1, sizeof(*table));
	if (!table)
		return STATUS_NO_MEMORY;
	enum status status = read_sections(table, elf, section_type);
	if (status == STATUS_NOT_FOUND && section_type == SHT_DYNSYM)
		status = read_segments(table, elf);
	if (!status)
		status = fill_numbers(table, only_global);
	if (status)
		return status;
	*ret = take_ptr(table);
	return STATUS_OK;
}

void symbol_table_destroy(struct symbol_table *table)
{
	if (!table)
		return;
	symbol_numbers_deinit(&table->numbers);
	free(table);
}

enum status symbol_table_find(const struct symbol_table *table, const char *name, GElf_Sym *ret)
{
	const uint32_t *number = symbol_numbers_find(&table->numbers, name);
	return number && gelf_getsym(table->symbols, (int)*number, ret) ? STATUS_OK
									 : STATUS_NOT_FOUND;
}
