// SPDX-License-Identifier: MIT
// This machine, as files name it.
#pragma once

enum { MACHINE_TEXT_SIZE = 128 };

// The kernel's name for the time since it started; "" where it is hidden. ret of MACHINE_TEXT_SIZE.
void machine_boot_id(char *ret);

// The name of the machine. ret of MACHINE_TEXT_SIZE.
void machine_host(char *ret);
