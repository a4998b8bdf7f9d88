// SPDX-License-Identifier: MIT
// When to do what with a session while a screen is shown: sample every so often, read the memory in
// between, and never for longer than a slice.
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct session;

// Meant to be read.
struct sampler {
	struct session *session; // borrowed
	double delay_seconds;
	uint64_t samples_left; // 0: no more; UINT64_MAX: without end
	double begun; // the last sample
	double next_sample, next_poll;
	bool is_sampling; // between begin and end of one
	bool is_frozen;
	bool has_ended;	  // the target went away
	bool is_done;	  // all samples that were asked for are taken, and the last was shown
	struct error problem; // why there is nothing new; "" when all is well
};

// count: how many samples to take, 0 without end.
void sampler_init(struct sampler *sampler, struct session *session, double delay_seconds,
	uint64_t count);

enum sampler_news {
	SAMPLER_NOTHING,
	SAMPLER_PROGRESS, // a sample is under way
	SAMPLER_MEMORY,	  // the headline changed, or the problem
	SAMPLER_SAMPLE,	  // all results changed
};

// One bounded piece of what is due at a moment of time_boot_seconds(). Only a copy may take longer.
enum sampler_news sampler_advance(struct sampler *sampler, double now);

// Seconds until there is something to do again.
double sampler_wait(const struct sampler *sampler, double now);

// Stops sampling, giving up a sample that is under way; or goes on with it, at once.
void sampler_toggle_frozen(struct sampler *sampler);
