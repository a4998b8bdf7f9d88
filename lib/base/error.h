// SPDX-License-Identifier: MIT
// The one error convention: a status for the program, a sentence for the person.
#pragma once

#define must_check __attribute__((warn_unused_result))

enum status {
	STATUS_OK = 0,
	STATUS_MORE,		// a bounded piece of work is done, call again
	STATUS_NO_MEMORY,	// an allocation of ours failed, or a limit on memory forbids the work
	STATUS_NOT_FOUND,	// what was asked for is not there
	STATUS_PERMISSION,	// the kernel does not let us
	STATUS_NOT_PYTHON,	// not a CPython process, or one that we refuse
	STATUS_GONE,		// the target went away, or is another process by now
	STATUS_BUSY,		// somebody else traces the target
	STATUS_UNREADABLE,	// bytes at an address cannot be had
	STATUS_INVALID,		// bytes were read and make no sense
	STATUS_UNSUPPORTED,	// this CPython, kernel or file lacks it
	STATUS_USAGE,		// the person asked for something impossible
	STATUS_INTERRUPTED,	// the person said stop
	STATUS_FAILED,		// the system refused something; errno said why
	STATUS_LEAK,		// nothing failed: a check was made, and found a leak
	STATUS_COUNT,
};

// One sentence for a person. Starts in lower case, ends without a full stop.
struct error {
	char message[512];
};

// Plain words for a status, for example "not found". Never NULL.
const char *status_text(enum status status);

// Writes the sentence into err (NULL allowed) and returns status, so that a caller can
// `return error_set(err, STATUS_INVALID, "no %s", name);`. A sentence that is too long is cut. A macro,
// so that whoever reads the caller alone (an analyser) sees that what comes back is what went in.
#define error_set(err, result, ...)                                                                \
	({                                                                                         \
		enum status error_status_ = (result);                                              \
		error_write((err), __VA_ARGS__);                                                   \
		error_status_;                                                                     \
	})

// The same, with ": " and the text of the given errno value behind the sentence.
#define error_set_errno(err, result, number, ...)                                                  \
	({                                                                                         \
		enum status error_status_ = (result);                                              \
		error_write_errno((err), (number), __VA_ARGS__);                                   \
		error_status_;                                                                     \
	})

// The functions behind these macros.
void error_write(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void error_write_errno(struct error *err, int number, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
