// SPDX-License-Identifier: MIT
#include "store/host.h"

#include "base/guard.h"

#include <string.h>
#include <sys/utsname.h>

void host_boot_id(char *ret)
{
	AUTO(fclosep) FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (!file || !fgets(ret, HOST_TEXT_SIZE, file))
		ret[0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

void host_name(char *ret)
{
	struct utsname names;
	ret[0] = '\0';
	if (!uname(&names))
		snprintf(ret, HOST_TEXT_SIZE, "%s", names.nodename);
}
