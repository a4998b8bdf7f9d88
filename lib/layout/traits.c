// SPDX-License-Identifier: MIT
#include "layout/layout.h"

#define TRAIT(name, first, last, why) .name = version >= first && version <= last,
enum status layout_traits_for(uint32_t version, struct layout_traits *ret)
{
	if (version < LAYOUT_OLDEST || version > LAYOUT_NEWEST)
		return STATUS_UNSUPPORTED;
	*ret = (struct layout_traits){
#include "layout/traits.def"
	};
	return STATUS_OK;
}
#undef TRAIT

uint32_t layout_pool_size(uint32_t version)
{
	return LAYOUT_POOL_SIZE(version);
}
