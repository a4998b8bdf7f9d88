// SPDX-License-Identifier: MIT
#include "store/machine.h"

#include "base/guard.h"

#include <string.h>
#include <sys/utsname.h>

void machine_boot_id(char *ret)
{
	AUTO(fclosep) FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (!file || !fgets(ret, MACHINE_TEXT_SIZE, file))
		ret[0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

void machine_host(char *ret)
{
	struct utsname names;
	ret[0] = '\0';
	if (!uname(&names))
		snprintf(ret, MACHINE_TEXT_SIZE, "%s", names.nodename);
}
