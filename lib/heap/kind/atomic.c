// SPDX-License-Identifier: MIT
// Objects whose C struct refers to no other object. Some have words that a scan could take for
// references: random numbers, hashes, a borrowed pointer (_localdummy.localdict).
#include "heap/kind/kind.h"

#include <stddef.h>

const struct kind kind_atomic = {
	.name = "atomic",
	.types = (const enum well_known[]){
		WELL_KNOWN_float, WELL_KNOWN_complex, WELL_KNOWN_none_type, WELL_KNOWN_ellipsis,
		WELL_KNOWN_not_implemented_type, WELL_KNOWN_capsule, WELL_KNOWN_namespace,
		WELL_KNOWN_COUNT},
	.type_names = (const char *const[]){
		"NoneType", "NotImplementedType", "PyCapsule", "Token.MISSING",
		"_hashlib.HASH", "_hashlib.HASHXOF",
		"_hashlib.HMAC", "_random.Random", "_thread.RLock", "_thread._localdummy",
		"_thread.lock", "datetime.date", "datetime.timedelta", "datetime.tzinfo",
		"ellipsis", "range_iterator", "types.SimpleNamespace",
		NULL},
	.size_field = FIELD_COUNT,
};
