// SPDX-License-Identifier: MIT
// Two units of this program have a struct BLOCK each, and a struct lru_list_elem each.
#include "layout/dwarf/structs.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../test.h"
#include "layout/dwarf/debug_info.h"
#include "other_block.h"

struct BLOCK {
	int first, second;
};

struct lru_list_elem {
	void *next;
};

static struct {
	struct BLOCK block;
	struct lru_list_elem link;
} kept;

int main(void)
{
	struct debug_info *info = NULL;
	struct structs *structs = NULL;
	struct error err = {{0}};
	const struct debug_request request = {
		.fd = open("/proc/self/exe", O_RDONLY), .path = "/proc/self/exe"};
	enum status status = debug_info_open(&request, &info, &err);
	close(request.fd);
	if (status == STATUS_NOT_FOUND) {
		puts("1..0 # SKIP built without -g");
		return 77;
	}
	CHECK(!status && !kept.block.first && other_block_size() > sizeof(kept.block));
	CHECK(!structs_create(&structs, &err));
	CHECK(structs_scan(structs, debug_info_main(info), &err) == STATUS_INVALID);
	CHECK(strstr(err.message, "two structs 'BLOCK'") != NULL);
	CHECK(debug_info_shared(info) == NULL);
	structs_destroy(structs);
	structs_destroy(NULL);
	debug_info_close(info);
	debug_info_close(NULL);
	return test_done();
}
