// SPDX-License-Identifier: MIT
#include "target/live/transfer.h"

#include "base/guard.h"
#include "target/image.h"
#include "target/live/live.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WORKERS = 4, CALL_PIECES = 256 };

// What a worker takes at a time, and asks the kernel for in one call: large enough that a call
// costs nothing beside it, small enough that all workers end together.
static const uint64_t slice_bytes = UINT64_C(4) << 20;
// Less than this is not worth the start of another thread.
static const uint64_t worker_bytes = UINT64_C(16) << 20;

struct job {
	const struct transfer *transfer;
	_Atomic uint64_t taken_bytes; // of the runs, as if they were one
	atomic_bool is_cancelled;
};

struct worker {
	struct job *job;
	struct transfer_result result;
	int mem_fd; // negative: process_vm_readv does it
	// Where the worker is: byte addr of run index, which is byte offset of all runs.
	size_t index;
	addr_t addr;
	uint64_t offset;
	int error; // errno that ended the work
};

static const struct plan_range *runs_of(const struct worker *worker)
{
	return worker->job->transfer->runs->items;
}

static size_t run_count(const struct worker *worker)
{
	return worker->job->transfer->runs->count;
}

void transfer_result_deinit(struct transfer_result *result)
{
	plan_ranges_deinit(&result->copied);
}

// Goes to the next run where this one is done.
static void worker_settle(struct worker *worker)
{
	while (worker->index < run_count(worker) && worker->addr == runs_of(worker)[worker->index].end)
		if (++worker->index < run_count(worker))
			worker->addr = runs_of(worker)[worker->index].start;
}

// The part of size bytes that lies in the current run.
static uint64_t worker_reach(const struct worker *worker, uint64_t size)
{
	uint64_t left = runs_of(worker)[worker->index].end - worker->addr;
	return left < size ? left : size;
}

static void worker_move(struct worker *worker, uint64_t size)
{
	worker->addr += size;
	worker->offset += size;
	worker_settle(worker);
}

static bool worker_note(struct worker *worker, uint64_t size)
{
	struct plan_ranges *copied = &worker->result.copied;
	struct plan_range *last = plan_ranges_last(copied);
	worker->result.copied_bytes += size;
	if (last && last->end == worker->addr) {
		last->end += size;
		return true;
	}
	const struct plan_range range = {.start = worker->addr, .end = worker->addr + size};
	return plan_ranges_add(copied, range) == STATUS_OK;
}

// Notes and leaves behind size bytes that were copied.
static bool worker_advance(struct worker *worker, uint64_t size)
{
	while (size) {
		uint64_t part = worker_reach(worker, size);
		if (!worker_note(worker, part))
			return false;
		worker_move(worker, part);
		size -= part;
	}
	return true;
}

// The next size bytes, as pieces for one call of the kernel. Returns how many pieces.
static size_t fill_pieces(
	struct worker worker, uint64_t size, struct iovec *local, struct iovec *remote)
{
	size_t count = 0;
	while (size && count < CALL_PIECES && worker.index < run_count(&worker)) {
		uint64_t part = worker_reach(&worker, size);
		local[count].iov_base = image_destination(worker.job->transfer->image, worker.addr);
		remote[count].iov_base = (void *)(uintptr_t)worker.addr;
		local[count].iov_len = remote[count].iov_len = part;
		worker_move(&worker, part);
		size -= part;
		count++;
	}
	return count;
}

static ssize_t read_pieces(
	const struct worker *worker, const struct iovec *local, const struct iovec *remote, size_t count)
{
	assert(count > 0);
	if (worker->mem_fd < 0)
		return process_vm_readv(
			worker->job->transfer->pid, local, count, remote, count, 0);
	return pread(worker->mem_fd, local->iov_base, local->iov_len,
		(off_t)(uintptr_t)remote->iov_base);
}

// Whether to go on through /proc/PID/mem, after process_vm_readv refused.
static bool switch_to_mem(struct worker *worker, int number)
{
	if (worker->mem_fd >= 0 || !live_wants_mem(number))
		return false;
	worker->mem_fd =
		openat(worker->job->transfer->proc_fd, "mem", O_RDONLY | O_CLOEXEC);
	return worker->mem_fd >= 0;
}

static bool is_fatal(int number)
{
	return number == ESRCH || number == EPERM || number == EACCES || number == ENOSYS;
}

// Reads the next bytes, at most size. False when the work is over for a reason in worker->error.
static bool worker_read(struct worker *worker, uint64_t size)
{
	struct iovec local[CALL_PIECES];
	struct iovec remote[CALL_PIECES];
	size_t count = fill_pieces(*worker, size, local, remote);
	ssize_t got = read_pieces(worker, local, remote, count);
	int number = got < 0 ? errno : 0;
	if (number == EINTR || switch_to_mem(worker, number))
		return true;
	if (is_fatal(number)) {
		worker->error = number;
		return false;
	}
	// Pages are read whole, or not at all: then the first one that is asked for is at fault.
	uint64_t whole = got > 0 ? (uint64_t)got & ~(uint64_t)(IMAGE_PAGE_SIZE - 1) : 0;
	if (!whole) {
		worker->result.unreadable_bytes += IMAGE_PAGE_SIZE;
		worker_move(worker, IMAGE_PAGE_SIZE);
		return true;
	}
	if (worker_advance(worker, whole))
		return true;
	worker->error = ENOMEM;
	return false;
}

// Takes slice after slice. Those that other workers took in between are passed over.
static void *worker_main(void *argument)
{
	struct worker *worker = argument;
	struct job *job = worker->job;
	worker_settle(worker);
	while (!worker->error && !atomic_load(&job->is_cancelled)) {
		uint64_t start = atomic_fetch_add(&job->taken_bytes, slice_bytes);
		if (start >= job->transfer->bytes)
			break;
		while (worker->offset < start)
			worker_move(worker, worker_reach(worker, start - worker->offset));
		uint64_t end = start + slice_bytes < job->transfer->bytes ? start + slice_bytes
									  : job->transfer->bytes;
		while (worker->offset < end && worker_read(worker, end - worker->offset))
			;
	}
	if (worker->error)
		atomic_store(&job->is_cancelled, true);
	closep(&worker->mem_fd);
	return NULL;
}

static size_t worker_count(uint64_t bytes)
{
	cpu_set_t processors;
	CPU_ZERO(&processors);
	uint64_t count = bytes / worker_bytes + 1;
	// Fails where there are more processors than fit: then there are enough.
	if (!sched_getaffinity(0, sizeof(processors), &processors) &&
		(uint64_t)CPU_COUNT(&processors) < count)
		count = (uint64_t)CPU_COUNT(&processors);
	if (!count)
		return 1;
	return count < WORKERS ? (size_t)count : WORKERS;
}

static enum status worker_status(const struct worker *worker, struct error *err)
{
	int pid = (int)worker->job->transfer->pid;
	switch (worker->error) {
	case 0:
		return STATUS_OK;
	case ESRCH:
		return error_set(err, STATUS_GONE, "process %d has ended", pid);
	case ENOMEM:
		return error_set(err, STATUS_NO_MEMORY, "cannot note what was copied");
	default:
		return error_set_errno(err, STATUS_PERMISSION, worker->error,
			"cannot read the memory of process %d", pid);
	}
}

static enum status result_add(struct transfer_result *to, const struct transfer_result *from)
{
	to->copied_bytes += from->copied_bytes;
	to->unreadable_bytes += from->unreadable_bytes;
	enum status status = plan_ranges_reserve(&to->copied, to->copied.count + from->copied.count);
	for (size_t i = 0; !status && i < from->copied.count; i++)
		status = plan_ranges_add(&to->copied, from->copied.items[i]);
	return status;
}

enum status transfer_run(
	const struct transfer *transfer, struct transfer_result *ret, struct error *err)
{
	struct job job = {.transfer = transfer};
	const struct plan_range *runs = transfer->runs->items;
	size_t count = worker_count(transfer->bytes);
	struct worker workers[WORKERS];
	pthread_t threads[WORKERS];
	for (size_t i = 0; i < WORKERS; i++)
		workers[i] = (struct worker){
			.job = &job,
			.mem_fd = -1,
			.addr = transfer->runs->count ? runs[0].start : 0,
		};
	// The first worker is this thread; without the others it does all.
	size_t started = 1;
	while (started < count &&
		!pthread_create(&threads[started], NULL, worker_main, &workers[started]))
		started++;
	worker_main(&workers[0]);
	enum status status = STATUS_OK;
	for (size_t i = 0; i < started; i++) {
		if (i)
			pthread_join(threads[i], NULL);
		if (!status)
			status = worker_status(&workers[i], err);
		if (result_add(ret, &workers[i].result) && !status)
			status = error_set(err, STATUS_NO_MEMORY, "cannot note what was copied");
		transfer_result_deinit(&workers[i].result);
	}
	return status;
}
