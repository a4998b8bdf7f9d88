// SPDX-License-Identifier: MIT
#include "options.h"

#include "command.h"
#include "number.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// An option that has neither a flag nor a string has a case in apply_number().
struct option_spec {
	const char *name;
	char letter;	      // 0: none
	const char *argument; // NULL: takes none
	size_t flag;	      // offset of the bool in struct settings that it sets, else 0
	size_t string;	      // offset of the string that it sets, else 0
	const char *help;     // lines are broken by hand, at 54 columns
};

#define FLAG(name) .flag = offsetof(struct settings, name)
#define STRING(name) .string = offsetof(struct settings, name)

static const struct option_spec specs[OPTION_ID_COUNT] = {
	[OPTION_PID] = {"pid", 'p', "PID", .help = "the process to look at"},
	[OPTION_MATCH] = {"match", 0, "REGEX", STRING(match),
		.help = "all Python processes whose command line matches"},
	[OPTION_CHILDREN] = {"children", 0, NULL, FLAG(children),
		.help = "and the Python processes that descend from them"},
	[OPTION_OUTPUT] = {"output", 'o', "FILE", STRING(output),
		.help = "the file to write to"},
	[OPTION_FORMAT] = {"format", 0, "FORMAT", STRING(format),
		.help = "json, csv, openmetrics or html"},
	[OPTION_TABLE] = {"table", 0, "TABLE", STRING(table),
		.help = "which table as CSV: samples (the default), types,\n"
			"containers, memory, collector, threads or\n"
			"interpreters"},
	[OPTION_BATCH] = {"batch", 'b', NULL, FLAG(batch),
		.help = "print text instead of drawing a screen"},
	[OPTION_DELAY] = {"delay", 'd', "TIME",
		.help = "time between samples, as in 500ms, 5, 1m; 5 seconds\n"
			"by default"},
	[OPTION_INTERVAL] = {"interval", 0, "TIME",
		.help = "sample every TIME, as in 30s, 5m, 1h; without it once"},
	[OPTION_FOR] = {"for", 0, "TIME",
		.help = "look for TIME, as in 60s, 5m; 60s by default"},
	[OPTION_COUNT] = {"count", 'n', "N", .help = "stop after N samples"},
	[OPTION_RSS_ONLY] = {"rss-only", 0, NULL, FLAG(rss_only),
		.help = "only memory as the kernel sees it: stop no process"},
	[OPTION_HEAP_EVERY] = {"heap-every", 0, "N",
		.help = "walk the heap in one sample out of N, and do as with\n--rss-only in the others"},
	[OPTION_KEEP] = {"keep", 0, "TIME",
		.help = "remove samples older than TIME, as in 12h, 30d"},
	[OPTION_FROM] = {"from", 0, "N",
		.help = "the sample to begin with, from 1 on; by default the\nfirst with a heap"},
	[OPTION_TO] = {"to", 0, "N", .help = "the sample to end with; by default the last"},
	[OPTION_FORCE] = {"force", 0, NULL, FLAG(force),
		.help = "compare different processes"},
	[OPTION_ROWS] = {"rows", 'r', "N",
		.help = "at most N rows of each table, 0 for all;\n10 by default"},
	[OPTION_JSON] = {"json", 'j', NULL, FLAG(json), .help = "print JSON instead of text"},
	[OPTION_DOT] = {"dot", 0, NULL, FLAG(dot),
		.help = "print a picture of the paths, for graphviz"},
	[OPTION_VALUES] = {"values", 0, NULL, FLAG(values),
		.help = "show keys and values of the target's data, which\nmay be secret"},
	[OPTION_MAX_PAUSE] = {"max-pause", 0, "TIME",
		.help = "copy nothing that would stop the target for longer\n"
			"than TIME, as in 50ms; a number is milliseconds"},
	[OPTION_MAX_MEMORY] = {"max-memory", 0, "SIZE",
		.help = "use at most SIZE bytes (K, M, G) for the copy and\n"
			"what is found in it; by default what is to spare"},
	[OPTION_ASCII] = {"ascii", 0, NULL, FLAG(ascii), .help = "draw with ASCII characters only"},
	[OPTION_VERBOSE] = {"verbose", 'v', NULL, FLAG(verbose),
		.help = "trace to standard error what leaktop does"},
	[OPTION_SHOW] = {"show", 0, NULL, FLAG(show),
		.help = "print the fields of a table or file; the default"},
	[OPTION_EMIT] = {"emit", 0, NULL, FLAG(emit), .help = "print a build for layouts.in"},
	[OPTION_COMPARE] = {"compare", 0, NULL, FLAG(compare),
		.help = "print where two tables or files differ"},
	[OPTION_CHECK] = {"check", 0, NULL, FLAG(check),
		.help = "compare files with the built-in tables"},
	[OPTION_ROOT] = {"root", 0, "DIR", STRING(root),
		.help = "look for debug files below DIR/usr/lib/debug"},
	[OPTION_RELEASE] = {"release", 0, "X.Y.Z", STRING(release),
		.help = "the release, where the file does not say it"},
	[OPTION_VERSIONS] = {"versions", 0, "A-B", STRING(versions),
		.help = "the releases that the table is good for"},
	[OPTION_VARIANT] = {"variant", 0, "NAME", STRING(variant),
		.help = "what sets the build apart from others"},
	[OPTION_ORIGIN] = {"origin", 0, "TEXT", STRING(origin),
		.help = "where the table comes from, for its comment"},
	[OPTION_SET] = {"set", 0, "FIELDS", STRING(set),
		.help = "values to use instead of those found:\ninterp_size=absent,gc_generations=24"},
	[OPTION_HELP] = {"help", 'h', NULL, FLAG(help), .help = "print this help"},
	[OPTION_VERSION] = {"version", 'V', NULL, FLAG(version), .help = "print the version"},
};

static bool command_takes(const struct command *command, enum option_id id)
{
	if (id == OPTION_HELP || id == OPTION_VERSION)
		return true;
	for (size_t i = 0; command->options[i]; i++)
		if (command->options[i] == id)
			return true;
	return false;
}

static enum status add_pid(struct settings *settings, const char *value, struct error *err)
{
	uint64_t number;
	if (!number_parse_count(value, INT32_MAX, &number) || !number)
		return error_set(err, STATUS_USAGE, "'%s' is no process id", value);
	if (pids_add(&settings->pids, (pid_t)number))
		return error_set(err, STATUS_NO_MEMORY, "cannot allocate the settings");
	return STATUS_OK;
}

static enum status bad_value(enum option_id id, const char *value, const char *expected,
	struct error *err)
{
	return error_set(err, STATUS_USAGE, "--%s takes %s, not '%s'", specs[id].name, expected, value);
}

static enum status apply_duration(
	enum option_id id, const char *value, double least, double *ret, struct error *err)
{
	if (!number_parse_duration(value, 1, least, 1e10, ret))
		return bad_value(id, value, "a time as in 500ms, 30s, 5m, 12h or 30d", err);
	return STATUS_OK;
}

// Pauses are in milliseconds, and so is a number without a unit.
static enum status apply_pause(
	enum option_id id, const char *value, double *ret_ms, struct error *err)
{
	double seconds;
	if (!number_parse_duration(value, 1e-3, 1e-6, 1e6, &seconds))
		return bad_value(id, value, "milliseconds, or a time as in 500ms or 2s", err);
	*ret_ms = seconds * 1e3;
	return STATUS_OK;
}

static enum status apply_count(
	enum option_id id, const char *value, uint64_t *ret, struct error *err)
{
	if (!number_parse_count(value, UINT32_MAX, ret) || !*ret)
		return bad_value(id, value, "a number, 1 or more", err);
	return STATUS_OK;
}

static enum status apply_number(
	struct settings *settings, enum option_id id, const char *value, struct error *err)
{
	uint64_t number = 0;
	switch (id) {
	case OPTION_PID:
		return add_pid(settings, value, err);
	case OPTION_DELAY:
		return apply_duration(id, value, 0.01, &settings->delay_seconds, err);
	case OPTION_INTERVAL:
		return apply_duration(id, value, 0.1, &settings->interval_seconds, err);
	case OPTION_FOR:
		return apply_duration(id, value, 0.1, &settings->for_seconds, err);
	case OPTION_KEEP:
		return apply_duration(id, value, 1, &settings->keep_seconds, err);
	case OPTION_HEAP_EVERY:
		return apply_count(id, value, &settings->heap_every, err);
	case OPTION_FROM:
		return apply_count(id, value, &settings->from, err);
	case OPTION_TO:
		return apply_count(id, value, &settings->to, err);
	case OPTION_COUNT:
		if (!number_parse_count(value, UINT32_MAX, &settings->count) || !settings->count)
			return bad_value(id, value, "a number of samples, 1 or more", err);
		return STATUS_OK;
	case OPTION_ROWS:
		if (!number_parse_count(value, UINT32_MAX, &number))
			return bad_value(id, value, "a number of rows", err);
		settings->max_rows = (unsigned)number;
		settings->has_max_rows = true;
		return STATUS_OK;
	case OPTION_MAX_PAUSE:
		return apply_pause(id, value, &settings->max_pause_ms, err);
	case OPTION_MAX_MEMORY:
		if (!number_parse_bytes(value, &settings->max_memory_bytes))
			return bad_value(id, value, "a size as in 512M or 2G", err);
		return STATUS_OK;
	default:
		return STATUS_OK;
	}
}

static enum status apply(
	struct settings *settings, enum option_id id, const char *value, struct error *err)
{
	const struct option_spec *spec = &specs[id];
	if (spec->flag)
		*(bool *)((char *)settings + spec->flag) = true;
	else if (spec->string)
		*(const char **)((char *)settings + spec->string) = value;
	else
		return apply_number(settings, id, value, err);
	return STATUS_OK;
}

// The tables that getopt_long() wants. Its long options return the option_id.
struct getopt_tables {
	char letters[2 * OPTION_ID_COUNT + 2];
	struct option options[OPTION_ID_COUNT + 1];
};

static void make_tables(const struct command *command, struct getopt_tables *ret)
{
	*ret = (struct getopt_tables){.letters = ":"};
	char *letter = ret->letters + 1;
	struct option *option = ret->options;
	for (enum option_id id = OPTION_END + 1; id < OPTION_ID_COUNT; id++) {
		const struct option_spec *spec = &specs[id];
		if (!command_takes(command, id))
			continue;
		if (spec->letter)
			*letter++ = spec->letter;
		if (spec->letter && spec->argument)
			*letter++ = ':';
		*option++ = (struct option){spec->name,
			spec->argument ? required_argument : no_argument, NULL, (int)id};
	}
}

static enum option_id id_of(int found)
{
	for (enum option_id id = OPTION_END + 1; id < OPTION_ID_COUNT; id++)
		if (found == (int)id || (specs[id].letter && found == specs[id].letter))
			return id;
	return OPTION_END;
}

static enum status refuse_option(
	const struct command *command, char **argv, int found, struct error *err)
{
	const char *space = command->name[0] ? " " : "";
	char letter[] = {'-', (char)optopt, '\0'};
	bool is_known = optopt > OPTION_END && optopt < OPTION_ID_COUNT;
	const char *shown = optopt && !is_known ? letter : argv[optind - 1];
	if (found == ':')
		return error_set(err, STATUS_USAGE, "option '%s' needs a value", shown);
	if (is_known)
		return error_set(err, STATUS_USAGE, "option '--%s' takes no value",
			specs[optopt].name);
	return error_set(err, STATUS_USAGE, "unknown option '%s': see leaktop%s%s --help", shown, space,
		command->name);
}

static enum status read_options(
	struct settings *settings, int argc, char **argv, struct error *err)
{
	struct getopt_tables tables;
	make_tables(settings->command, &tables);
	opterr = 0;
	optind = 0; // glibc: start afresh
	for (;;) {
		int found = getopt_long(argc, argv, tables.letters, tables.options, NULL);
		if (found == -1)
			break;
		if (found == '?' || found == ':')
			return refuse_option(settings->command, argv, found, err);
		enum status status = apply(settings, id_of(found), optarg, err);
		if (status)
			return status;
	}
	settings->arguments = argv + optind;
	settings->argument_count = (size_t)(argc - optind);
	return STATUS_OK;
}

static enum status check_arguments(const struct settings *settings, struct error *err)
{
	const struct command *command = settings->command;
	const char *first = settings->argument_count ? settings->arguments[0] : "";
	if (!command->name[0] && *first && command_find(first))
		return error_set(err, STATUS_USAGE, "the command goes first: leaktop %s ...", first);
	if (settings->argument_count > command->max_arguments)
		return error_set(err, STATUS_USAGE, "unexpected argument '%s'",
			settings->arguments[command->max_arguments]);
	return STATUS_OK;
}

// Whether a word in the place of a command names a file: one without a slash must exist.
static bool may_be_file(const char *argument)
{
	return strchr(argument, '/') || !access(argument, F_OK);
}

// A number that is no file is a process.
static bool is_pid(const char *argument)
{
	uint64_t number;
	return number_parse_count(argument, INT32_MAX, &number) && access(argument, F_OK);
}

// "leaktop 4711" is "leaktop -p 4711".
static enum status take_pid(struct settings *settings, struct error *err)
{
	if (settings->argument_count != 1 || !is_pid(settings->arguments[0]))
		return STATUS_OK;
	settings->argument_count = 0;
	return add_pid(settings, settings->arguments[0], err);
}

enum status settings_init(struct settings *ret, int argc, char **argv, struct error *err)
{
	*ret = (struct settings){.command = command_find(""), .delay_seconds = 5, .max_rows = 10};
	const struct command *command = NULL;
	if (argc > 1 && argv[1][0] != '-') {
		command = command_find(argv[1]);
		if (!command && !may_be_file(argv[1]) && !is_pid(argv[1]))
			return error_set(err, STATUS_USAGE,
				"no command, no file and no process id '%s': see leaktop --help",
				argv[1]);
	}
	if (command) {
		ret->command = command;
		argc--;
		argv++;
	}
	enum status status = read_options(ret, argc, argv, err);
	if (!status && !command)
		status = take_pid(ret, err);
	if (status)
		return status;
	return ret->help || ret->version ? STATUS_OK : check_arguments(ret, err);
}

void settings_deinit(struct settings *settings)
{
	if (settings)
		pids_deinit(&settings->pids);
}

enum status settings_pid(const struct settings *settings, pid_t *ret, struct error *err)
{
	if (!settings->pids.count)
		return error_set(err, STATUS_USAGE, "name a process with -p PID");
	if (settings->pids.count > 1)
		return error_set(err, STATUS_USAGE, "name one process: -p was given %zu times",
			settings->pids.count);
	*ret = settings->pids.items[0];
	return STATUS_OK;
}

static void add_option(const struct option_spec *spec, struct text *text)
{
	char left[40];
	char letter[] = {'-', spec->letter, ',', '\0'};
	snprintf(left, sizeof(left), "%3s --%s%s%s", spec->letter ? letter : "", spec->name,
		spec->argument ? " " : "", spec->argument ? spec->argument : "");
	text_add_format(text, "  %-24s", left);
	const char *line = spec->help;
	while (*line) {
		size_t length = strcspn(line, "\n");
		if (line != spec->help)
			text_add_format(text, "  %-24s", "");
		text_add_bytes(text, line, length);
		text_add(text, "\n");
		line += length + (line[length] == '\n');
	}
}

static void add_commands(struct text *text)
{
	text_add(text, "\nCommands:\n");
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->name[0])
			text_add_format(text, "  %-22s  %s\n", commands[i]->name, commands[i]->summary);
}

void options_add_help(const struct command *command, struct text *text)
{
	bool named = command->name[0];
	text_add_format(text, "Usage: leaktop%s%s [OPTION...]%s%s\n", named ? " " : "", command->name,
		command->arguments[0] ? " " : "", command->arguments);
	if (!named)
		text_add(text, "       leaktop COMMAND [OPTION...]\n");
	text_add_format(text, "\n%s\n", command->text);
	if (!named)
		add_commands(text);
	text_add(text, "\nOptions:\n");
	for (enum option_id id = OPTION_END + 1; id < OPTION_ID_COUNT; id++)
		if (command_takes(command, id))
			add_option(&specs[id], text);
}
