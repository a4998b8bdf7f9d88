// SPDX-License-Identifier: MIT
#include <stdio.h>

int main(void)
{
	puts("leaktop " PACKAGE_VERSION);
	return 0;
}
