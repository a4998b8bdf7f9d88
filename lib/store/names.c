// SPDX-License-Identifier: MIT
#include "store/names.h"

#include "base/text.h"

#include <string.h>

enum {
	NAME_MAX_BYTES = 4096,
	READ_MAX_BYTES = 256 << 20, // for one sample: all its rows may have the same long name
};

void names_deinit(struct names *names)
{
	if (!names)
		return;
	sqlite3_finalize(names->find);
	sqlite3_finalize(names->add);
	sqlite3_finalize(names->read);
	*names = (struct names){0};
}

static enum status ready(const struct store *store, sqlite3_stmt **statement, const char *text,
	struct error *err)
{
	if (*statement) {
		sqlite3_reset(*statement);
		return STATUS_OK;
	}
	return sql_prepare(store, text, statement, err);
}

static enum status find(struct store *store, struct names *names, const struct text *text,
	int64_t *ret, struct error *err)
{
	enum status status = ready(store, &names->find, "SELECT id FROM names WHERE text = ?1", err);
	if (status)
		return status;
	sqlite3_bind_text(names->find, 1, text->bytes, (int)text->length, SQLITE_STATIC);
	status = sql_step(store, names->find, err);
	if (status == STATUS_MORE)
		*ret = sqlite3_column_int64(names->find, 0);
	sqlite3_reset(names->find);
	return status;
}

static enum status add(struct store *store, struct names *names, const struct text *text,
	int64_t *ret, struct error *err)
{
	enum status status = ready(store, &names->add, "INSERT INTO names(text) VALUES(?1)", err);
	if (status)
		return status;
	sqlite3_bind_text(names->add, 1, text->bytes, (int)text->length, SQLITE_STATIC);
	status = sql_run(store, names->add, err);
	if (!status)
		*ret = sqlite3_last_insert_rowid(store->db);
	return status;
}

// Cuts a long text. If the cut is inside a character, the rest of that is escaped.
static void make_fit(struct text *text, const char *string)
{
	size_t length = strlen(string);
	text_add_foreign(text, string, length < NAME_MAX_BYTES ? length : NAME_MAX_BYTES);
	if (length > NAME_MAX_BYTES)
		text_add(text, "...");
	if (!text->bytes)
		text_add(text, "");
}

enum status names_intern(struct store *store, struct names *names, const char *string,
	int64_t *ret, struct error *err)
{
	*ret = 0;
	if (!string)
		return STATUS_OK;
	struct text text = {0};
	make_fit(&text, string);
	enum status status = text.failed
		? error_set(err, STATUS_NO_MEMORY, "cannot allocate a name")
		: find(store, names, &text, ret, err);
	if (status == STATUS_OK && !text.failed)
		status = *ret ? STATUS_OK : add(store, names, &text, ret, err);
	text_deinit(&text);
	return status == STATUS_MORE ? STATUS_OK : status;
}

enum status names_read(
	struct store *store, struct names *names, int64_t id, char **ret, struct error *err)
{
	*ret = NULL;
	if (!id)
		return STATUS_OK;
	enum status status = ready(store, &names->read, "SELECT text FROM names WHERE id = ?1", err);
	if (status)
		return status;
	sqlite3_bind_int64(names->read, 1, id);
	status = sql_step(store, names->read, err);
	if (status != STATUS_MORE)
		return status ? status
			      : error_set(err, STATUS_INVALID, "'%s' is damaged: a name is missing",
					store->path);
	if (sql_text(names->read, 0, ret))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate a name");
	sqlite3_reset(names->read);
	names->bytes_read += *ret ? strlen(*ret) : 0;
	if (!*ret || names->bytes_read > READ_MAX_BYTES) {
		free(take_ptr(*ret));
		return error_set(err, STATUS_INVALID, "'%s' is damaged: its names are too long",
			store->path);
	}
	return STATUS_OK;
}
