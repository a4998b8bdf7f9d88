// SPDX-License-Identifier: MIT
// Signals that ask us to stop are noted, so that work ends in order.
#pragma once

#include "base/error.h"

// From now on SIGINT, SIGTERM and SIGHUP are noted. A second one of the same kind kills as usual.
void interrupt_catch(void);

// The signal that came, 0 while none has.
int interrupt_signal(void);

// Waits until a moment of time_boot_seconds(). STATUS_INTERRUPTED by a signal.
must_check enum status interrupt_wait(double moment);

// Dies of the signal that was noted, so that a shell sees why. Returns if none was noted.
void interrupt_die(void);
