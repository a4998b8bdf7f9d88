// SPDX-License-Identifier: MIT
#include "target/image.h"
