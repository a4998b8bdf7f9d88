// SPDX-License-Identifier: MIT
#include "export/process_name.h"

#include "base/utf8.h"
#include "result/identity.h"

#include <stdbool.h>
#include <string.h>

struct word {
	const char *start;
	size_t length;
};

// The next word of a command line, in which spaces separate words; empty at its end.
static struct word next_word(const char **at)
{
	*at += strspn(*at, " ");
	struct word word = {*at, strcspn(*at, " ")};
	*at += word.length;
	return word;
}

static struct word base_name(struct word word)
{
	for (size_t i = word.length; i > 0; i--)
		if (word.start[i - 1] == '/')
			return (struct word){word.start + i, word.length - i};
	return word;
}

static bool is_python(struct word word)
{
	struct word base = base_name(word);
	return base.length >= strlen("python") && !strncmp(base.start, "python", strlen("python"));
}

static bool is_option(struct word word, const char *option)
{
	return word.length == strlen(option) && !strncmp(word.start, option, word.length);
}

// The script or module after the interpreter's own options. Empty: there is none, as with -c, whose
// argument is code and not a name.
static struct word find_script(const char *command)
{
	struct word none = {"", 0};
	for (struct word word = next_word(&command); word.length; word = next_word(&command)) {
		if (is_option(word, "-m"))
			return next_word(&command);
		if (is_option(word, "-c"))
			return none;
		if (is_option(word, "-W") || is_option(word, "-X"))
			next_word(&command);
		else if (word.start[0] != '-')
			return base_name(word);
	}
	return none;
}

void process_name(const struct identity *identity, char *ret)
{
	const char *command = identity->command_line ? identity->command_line : "";
	struct word program = next_word(&command);
	struct word name = is_python(program) ? find_script(command) : base_name(program);
	if (!name.length && identity->exe)
		name = base_name((struct word){identity->exe, strlen(identity->exe)});
	size_t length = name.length < PROCESS_NAME_SIZE
		? name.length
		: utf8_cut(name.start, PROCESS_NAME_SIZE - 1);
	memcpy(ret, name.start, length);
	ret[length] = '\0';
}
