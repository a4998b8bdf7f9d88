// SPDX-License-Identifier: MIT
// This machine, as files name it.
#pragma once

enum { HOST_TEXT_SIZE = 128 };

// The id that the kernel gave itself when it started; "" where it is hidden. ret of HOST_TEXT_SIZE.
void host_boot_id(char *ret);

// The name of the machine. ret of HOST_TEXT_SIZE.
void host_name(char *ret);
