// SPDX-License-Identifier: MIT
// A fuzzer is one function over foreign bytes that must return, whatever they are. With
// --enable-fuzzing libFuzzer calls it; without, replay.c calls it with the files of its corpus and
// some hundred variations of each.
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
