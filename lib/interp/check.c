// SPDX-License-Identifier: MIT
#include "interp/check.h"

#include "interp/reader.h"

enum status check_misfit(const struct check *check, enum layout_field field, const char *what)
{
	return error_set(check->err, STATUS_INVALID, "%s: %s", layout_field_name(field), what);
}

enum status check_unread(const struct check *check, enum layout_field field, enum status status)
{
	if (status == STATUS_UNSUPPORTED)
		return check_misfit(check, field, "the layout lacks this field");
	if (status == STATUS_UNREADABLE)
		return check_misfit(check, field, "leads to no memory");
	return error_set(check->err, status, "cannot read the interpreter's memory: %s",
		status_text(status));
}

enum status check_word(
	const struct check *check, addr_t base, enum layout_field field, uint64_t *ret)
{
	enum status status = reader_u64(check->reader, check->layout, base, field, ret);
	return status ? check_unread(check, field, status) : STATUS_OK;
}

enum status check_instance(
	const struct check *check, addr_t addr, enum well_known type, enum layout_field field)
{
	uint64_t found = 0;
	if (!addr)
		return check_misfit(check, field, "is NULL");
	enum status status =
		reader_u64(check->reader, check->layout, addr, FIELD_object_type, &found);
	if (status)
		return check_unread(check, field, status);
	if (found != check->runtime->well_known[type])
		return check_misfit(check, field, "leads to an object of another type");
	return STATUS_OK;
}
