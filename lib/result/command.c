// SPDX-License-Identifier: MIT
#include "result/command.h"

#include <stdbool.h>
#include <string.h>

static size_t word_length(const char *word)
{
	return strcspn(word, " ");
}

static const char *next_word(const char *word)
{
	word += word_length(word);
	return word + strspn(word, " ");
}

static const char *base_of(const char *word)
{
	const char *base = word + word_length(word);
	while (base > word && base[-1] != '/')
		base--;
	return base;
}

static bool is_python(const char *word)
{
	const char *base = base_of(word);
	return word_length(base) >= strlen("python") && !strncmp(base, "python", strlen("python"));
}

static bool is_word(const char *word, const char *expected)
{
	return word_length(word) == strlen(expected) && !strncmp(word, expected, strlen(expected));
}

const char *command_without_directories(const char *line)
{
	return *line == '/' || *line == '.' || is_python(line) ? base_of(line) : line;
}

static struct command make(enum command_kind kind, const char *shown, const char *name)
{
	return (struct command){kind, shown, name, word_length(name)};
}

// Options as in Python/getopt.c: letters in one word, of which the last may have an argument, in the
// rest of the word or in the next one. Returns the word behind; NULL where the option says what is
// run, which *ret then tells.
static const char *skip_option(const char *word, struct command *ret)
{
	if (is_word(word, "--check-hash-based-pycs"))
		return next_word(next_word(word));
	if (word[1] == '-')
		return next_word(word);
	const char *end = word + word_length(word);
	for (const char *at = word + 1; at < end; at++) {
		const char *argument = at + 1 < end ? at + 1 : next_word(word);
		if (*at == 'm') {
			*ret = make(COMMAND_MODULE, word, argument);
			return NULL;
		}
		if (*at == 'c') {
			*ret = make(COMMAND_CODE, word, "");
			return NULL;
		}
		if (*at == 'W' || *at == 'X')
			return next_word(argument);
	}
	return next_word(word);
}

struct command command_parse(const char *line)
{
	const char *program = command_without_directories(line);
	struct command command = make(COMMAND_PROGRAM, program, program);
	if (!is_python(line))
		return command;
	const char *word = next_word(line);
	while (word && word[0] == '-' && word_length(word) > 1) {
		bool is_last = is_word(word, "--");
		word = skip_option(word, &command);
		if (is_last)
			break;
	}
	if (!word || !*word)
		return command;
	const char *script = base_of(word);
	return make(COMMAND_SCRIPT, script, script);
}
