// SPDX-License-Identifier: MIT
// One symbol section of an ELF file, with a hash over the names it defines.
#pragma once

#include "base/error.h"
#include "base/guard.h"

#include <gelf.h>
#include <stdbool.h>
#include <stdint.h>

struct symbol_table;

// Reads the first section of the given type (SHT_DYNSYM, SHT_SYMTAB). With only_global local
// symbols are left out; otherwise a global one is preferred, and the first of several local ones is
// taken. Dynamic symbols are found without section headers, too. STATUS_NOT_FOUND: no such section;
// STATUS_INVALID; STATUS_NO_MEMORY.
must_check enum status symbol_table_create(
	Elf *elf, uint32_t section_type, bool only_global, struct symbol_table **ret);
void symbol_table_destroy(struct symbol_table *table);
GUARD(struct symbol_table, symbol_table_destroy)

// The symbol whose name, up to its first dot, is name. STATUS_NOT_FOUND.
must_check enum status symbol_table_find(
	const struct symbol_table *table, const char *name, GElf_Sym *ret);
