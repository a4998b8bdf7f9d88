// SPDX-License-Identifier: MIT
#include "layout/debuginfo.h"

#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/guard.h"
#include "base/log.h"

struct debuginfo {
	Dwfl_Callbacks callbacks; // kept: the Dwfl refers to it
	char *search_path;
	Dwfl *dwfl;
	Dwarf *dwarf;
};

GUARD(struct debuginfo, debuginfo_close)

// The search path is of libdwfl's form: an empty entry is the file's own directory, a relative one
// lies below that, an absolute one is a tree that mirrors the file system and holds .build-id.
static enum status prepare(struct debuginfo *info, const char *root, struct error *err)
{
	if (asprintf(&info->search_path, ":.debug:%s/usr/lib/debug", root) < 0) {
		info->search_path = NULL;
		return error_set(err, STATUS_NO_MEMORY, "cannot search for debug information");
	}
	info->callbacks = (Dwfl_Callbacks){
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
		.debuginfo_path = &info->search_path,
	};
	info->dwfl = dwfl_begin(&info->callbacks);
	if (!info->dwfl)
		return error_set(err, STATUS_NO_MEMORY, "cannot search for debug information: %s",
			dwfl_errmsg(-1));
	return STATUS_OK;
}

enum status debuginfo_open(
	const char *path, const char *root, struct debuginfo **ret, struct error *err)
{
	AUTO(debuginfo_closep) struct debuginfo *info = calloc(1, sizeof(*info));
	if (!info)
		return error_set(err, STATUS_NO_MEMORY, "cannot open '%s'", path);
	enum status status = prepare(info, root, err);
	if (status)
		return status;

	Dwfl_Module *module = dwfl_report_offline(info->dwfl, path, path, -1);
	if (!module)
		return error_set(err, STATUS_INVALID, "cannot read '%s' as an ELF file: %s", path,
			dwfl_errmsg(-1));
	dwfl_report_end(info->dwfl, NULL, NULL);

	Dwarf_Addr bias;
	info->dwarf = dwfl_module_getdwarf(module, &bias);
	if (!info->dwarf)
		return error_set(err, STATUS_NOT_FOUND,
			"no debug information for '%s': %s (install its debug symbols, or set "
			"DEBUGINFOD_URLS)",
			path, dwfl_errmsg(-1));

	const char *debug_file = NULL;
	dwfl_module_info(module, NULL, NULL, NULL, NULL, NULL, NULL, &debug_file);
	log_trace(LOG_LAYOUT, "debug information of '%s' is in '%s'", path,
		debug_file ? debug_file : path);
	*ret = take_ptr(info);
	return STATUS_OK;
}

void debuginfo_close(struct debuginfo *info)
{
	if (!info)
		return;
	dwfl_end(info->dwfl);
	free(info->search_path);
	free(info);
}

Dwarf *debuginfo_main(const struct debuginfo *info)
{
	return info->dwarf;
}

Dwarf *debuginfo_shared(const struct debuginfo *info)
{
	return dwarf_getalt(info->dwarf);
}
