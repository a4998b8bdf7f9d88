// SPDX-License-Identifier: MIT
// How files identify this machine.
#pragma once

enum { HOST_TEXT_SIZE = 128 };

// The boot id of the kernel; "" if it is hidden. ret has HOST_TEXT_SIZE bytes.
void host_boot_id(char *ret);

// The name of the machine. ret has HOST_TEXT_SIZE bytes.
void host_name(char *ret);
