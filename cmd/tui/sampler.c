// SPDX-License-Identifier: MIT
#include "tui/sampler.h"

#include "base/time.h"
#include "sampling.h"
#include "session/session.h"

#include <stdio.h>

static const double POLL_SECONDS = 0.5;

void sampler_init(
	struct sampler *sampler, struct session *session, double delay_seconds, uint64_t count)
{
	*sampler = (struct sampler){
		.session = session,
		.delay_seconds = delay_seconds,
		.samples_left = count ? count : UINT64_MAX,
	};
}

static enum sampler_news note_problem(
	struct sampler *sampler, enum status status, const struct error *err)
{
	sampler->is_sampling = false;
	sampler->has_ended = status == STATUS_GONE;
	sampler->problem = *err;
	return SAMPLER_MEMORY;
}

static enum sampler_news begin_sample(struct sampler *sampler, double now)
{
	struct error err = {""};
	enum status status = session_begin_sample(sampler->session, &err);
	sampler->begun = now;
	sampler->next_sample = now + sampler->delay_seconds;
	if (status)
		return note_problem(sampler, status, &err);
	sampler->is_sampling = true;
	return SAMPLER_PROGRESS;
}

static enum sampler_news step_sample(struct sampler *sampler)
{
	struct error err = {""};
	enum status status = session_step(sampler->session, &err);
	if (status == STATUS_MORE)
		return SAMPLER_PROGRESS;
	if (status)
		return note_problem(sampler, status, &err);
	sampler->is_sampling = false;
	sampler->problem.message[0] = '\0';
	sampler->next_sample =
		sampling_next(sampler->session, sampler->begun, sampler->delay_seconds);
	if (sampler->samples_left != UINT64_MAX)
		sampler->samples_left--;
	return SAMPLER_SAMPLE;
}

static enum sampler_news poll_memory(struct sampler *sampler, double now)
{
	struct error err = {""};
	sampler->next_poll = now + POLL_SECONDS;
	enum status status = session_poll_memory(sampler->session, &err);
	return status ? note_problem(sampler, status, &err) : SAMPLER_MEMORY;
}

enum sampler_news sampler_advance(struct sampler *sampler, double now)
{
	if (sampler->has_ended)
		return SAMPLER_NOTHING;
	if (sampler->is_sampling)
		return step_sample(sampler);
	if (now >= sampler->next_sample && !sampler->is_frozen) {
		sampler->is_done = !sampler->samples_left;
		return sampler->is_done ? SAMPLER_NOTHING : begin_sample(sampler, now);
	}
	if (now >= sampler->next_poll)
		return poll_memory(sampler, now);
	return SAMPLER_NOTHING;
}

double sampler_wait(const struct sampler *sampler, double now)
{
	if (sampler->has_ended)
		return 1;
	if (sampler->is_sampling)
		return 0;
	double next = sampler->next_poll;
	if (!sampler->is_frozen && sampler->next_sample < next)
		next = sampler->next_sample;
	return next > now ? next - now : 0;
}

void sampler_toggle_frozen(struct sampler *sampler)
{
	sampler->is_frozen = !sampler->is_frozen;
	sampler->next_sample = 0;
	if (!sampler->is_frozen || !sampler->is_sampling)
		return;
	session_cancel_sample(sampler->session);
	sampler->is_sampling = false;
}
