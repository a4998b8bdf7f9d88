# SPDX-License-Identifier: MIT
# What is done with lib/layout/layouts.in:
#
#	awk -v output=c -f layouts.awk fields.def layouts.in
#		prints the built-in tables as C; the build of leaktop does this
#	awk -v output=layouts -f layouts.awk fields.def layouts.in NEW...
#		prints layouts.in with the builds that are in NEW added or replaced; lib/layout/update does
#
# NEW is a file like layouts.in, as `leaktop layout --emit` prints it. A mistake in any of them ends the
# run with one sentence on stderr, and status 1.

function fail(text) {
	printf("%s:%d: %s\n", FILENAME, FNR, text) >"/dev/stderr"
	failed = 1
	exit 1
}

function fail_whole(text) {
	printf("%s\n", text) >"/dev/stderr"
	failed = 1
	exit 1
}

# --- Reading ---------------------------------------------------------------------------------------

# "3.13.5" as 198917, 0x030d05; -1 for anything else.
function version_of(text,    parts, i) {
	if (text !~ /^[0-9]+\.[0-9]+\.[0-9]+$/)
		return -1
	split(text, parts, ".")
	for (i = 1; i <= 3; i++)
		if (parts[i] + 0 > 255)
			return -1
	return (parts[1] * 256 + parts[2]) * 256 + parts[3]
}

# "build NAME FIRST-LAST ORIGIN"; in NEW, what is left out or "-" stays as it is in layouts.in.
function read_build(    parts, versions, release, i) {
	if (split($2, parts, "/") > 2 || version_of(parts[1]) < 0 || $2 ~ /[="]/ || $2 ~ /\/$/)
		fail("'" $2 "' is no name of a build like 3.13.5 or 3.13.5/debian")
	if ((file, $2) in place)
		fail("the build " $2 " is listed twice")
	release = version_of(parts[1])
	if (NF > 2 && ($3 != "-" || file == 2)) {
		if (split($3, versions, "-") != 2 || version_of(versions[1]) < 0 ||
			version_of(versions[2]) < 0 || version_of(versions[1]) > release ||
			version_of(versions[2]) < release)
			fail("'" $3 "' is no range like 3.13.1-3.13.11 around " parts[1])
	} else if (file == 2) {
		fail("the build " $2 " has no range of releases")
	}
	i = ++builds[file]
	name[file, i] = $2
	place[file, $2] = i
	keyword[file, $2] = $1
	range[file, $2] = NF > 2 && $3 != "-" ? $3 : ""
	origin[file, $2] = NF > 3 ? substr($0, match($0, /[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+/) + RLENGTH) : ""
}

# "FIELD CELL BUILD=CELL...": each cell is for its build and those behind, up to the next cell.
function read_row(    i, from, next_from, parts, cell) {
	if (!($1 in known))
		fail("fields.def has no field '" $1 "'")
	if ((file, $1) in has_row)
		fail("the field '" $1 "' has two rows")
	if (!builds[file])
		fail("the builds must be listed before the fields")
	if (NF < 2)
		fail("the row of '" $1 "' is empty")
	has_row[file, $1] = 1
	from = 1
	for (i = 2; i <= NF; i++) {
		cell = $i
		if (i > 2) {
			if (split($i, parts, "=") != 2)
				fail("'" $i "' of '" $1 "' is not BUILD=PLACE")
			if (!((file, parts[1]) in place))
				fail("'" $1 "' names the build " parts[1] ", which is not listed")
			next_from = place[file, parts[1]]
			if (next_from <= from)
				fail("'" $1 "' names the build " parts[1] " too late: builds come in their order")
			from = next_from
			cell = parts[2]
		}
		if (cell !~ /^([0-9]+|[0-9]+\+[0-9]+m|-|[?])!?$/ || length(cell) > 20 ||
			cell + 0 > 2147483647)
			fail("'" cell "' of '" $1 "' is no place like 24, 7960+2m, - or ?, with or without !")
		change[file, $1, from] = cell
	}
}

# The cell of each build, from the rows' changes.
function expand(f,    row, i, cell) {
	for (row = 1; row <= fields; row++)
		for (i = 1; i <= builds[f]; i++) {
			if ((f, field[row], i) in change)
				cell = change[f, field[row], i]
			table[f, field[row], name[f, i]] = cell
		}
}

FNR == 1 { file++ }

file == 1 {
	if (/^FIELD\(/) {
		sub(/^FIELD\(/, "")
		sub(/,.*/, "")
		field[++fields] = $0
		known[$0] = 1
	}
	next
}

{
	line[file, ++lines[file]] = $0
}

/^#/ || NF == 0 {
	next
}

$1 == "build" || $1 == "candidate" {
	read_build()
	next
}

{
	read_row()
}

# --- As C ------------------------------------------------------------------------------------------

function c_place(cell) {
	sub(/!$/, "", cell)
	if (cell == "-")
		return "LAYOUT_ABSENT"
	if (cell == "?")
		return "LAYOUT_UNKNOWN"
	if (sub(/m$/, " * MACHINE_MUTEX_GROWTH", cell))
		sub(/\+/, " + ", cell)
	return cell
}

function print_build(build,    parts, versions, row) {
	split(build, parts, "/")
	split(range[2, build], versions, "-")
	printf("#define RELEASE 0x%06x\n", version_of(versions[1]))
	printf("\t{\n\t\t.name = \"CPython %s\",\n\t\t.variant = \"%s\",\n", parts[1], parts[2])
	printf("\t\t.first_version = RELEASE,\n\t\t.last_version = 0x%06x,\n", version_of(versions[2]))
	printf("\t\t.runtime_size = %s,\n", c_place(table[2, "runtime_size", build]))
	printf("\t\t.source = LAYOUT_TABLE,\n\t\t.pool_size = LAYOUT_POOL_SIZE(RELEASE),\n")
	printf("\t\t.traits = {\n#include \"layout/traits.def\"\n\t\t},\n\t\t.field = {\n")
	for (row = 1; row <= fields; row++)
		printf("\t\t\t[FIELD_%s] = %s,\n", field[row], c_place(table[2, field[row], build]))
	printf("\t\t},\n\t},\n#undef RELEASE\n")
}

function print_list(function_name, wanted,    i) {
	printf("\nconst struct layout *const *%s(void)\n{\n", function_name)
	printf("\tstatic const struct layout *const list[] = {\n")
	for (i = 1; i <= builds[2]; i++)
		if (keyword[2, name[2, i]] == wanted)
			printf("\t\t&builds[%d],\n", i - 1)
	printf("\t\tNULL,\n\t};\n\treturn list;\n}\n")
}

function print_c(    i) {
	print "// Made by lib/layout/layouts.awk from layouts.in."
	print "#include \"layout/layout.h\"\n\n#include <stddef.h>\n\n#include \"target/machine.h\"\n"
	print "#define TRAIT(name, first, last, why) .name = RELEASE >= first && RELEASE <= last,"
	print "static const struct layout builds[] = {"
	for (i = 1; i <= builds[2]; i++)
		print_build(name[2, i])
	print "};"
	print_list("layout_tables", "build")
	print_list("layout_candidates", "candidate")
}

# --- As layouts.in ---------------------------------------------------------------------------------

# Where a new build belongs: behind those of the same or an older release.
function insert_build(f, build,    parts, others, i, at) {
	split(build, parts, "/")
	at = 1
	for (i = 1; i <= builds[2]; i++) {
		split(name[2, i], others, "/")
		if (version_of(others[1]) <= version_of(parts[1]))
			at = i + 1
	}
	for (i = builds[2]++; i >= at; i--)
		name[2, i + 1] = name[2, i]
	name[2, at] = build
	place[2, build] = at
	keyword[2, build] = keyword[f, build]
	range[2, build] = parts[1] "-" parts[1]
	for (i = 1; i <= fields; i++)
		table[2, field[i], build] = "?"
}

# Only what is stated replaces what was; a cell that was stated by hand stays, the file does not have it.
function merge_build(f, build,    row) {
	if (!((2, build) in place))
		insert_build(f, build)
	if (range[f, build] != "")
		range[2, build] = range[f, build]
	if (origin[f, build] != "")
		origin[2, build] = origin[f, build]
	for (row = 1; row <= fields; row++)
		if ((f, field[row]) in has_row && table[2, field[row], build] !~ /!$/)
			table[2, field[row], build] = table[f, field[row], build]
}

function print_builds(    i, build, text) {
	for (i = 1; i <= builds[2]; i++) {
		build = name[2, i]
		text = sprintf("%s %-15s %-17s %s", keyword[2, build], build, range[2, build], origin[2, build])
		sub(/ +$/, "", text)
		print text
	}
}

function print_row(row,    i, cell, previous, text) {
	for (i = 1; i <= builds[2]; i++) {
		cell = table[2, row, name[2, i]]
		if (i == 1)
			text = sprintf("%-36s %s", row, cell)
		else if (cell != previous)
			text = text " " name[2, i] "=" cell
		previous = cell
	}
	print text
}

function print_layouts(    f, i, parts, is_listed) {
	for (f = 3; f <= file; f++)
		for (i = 1; i <= builds[f]; i++)
			merge_build(f, name[f, i])
	for (i = 1; i <= lines[2]; i++) {
		split(line[2, i], parts, " ")
		if (parts[1] == "build" || parts[1] == "candidate") {
			if (!is_listed)
				print_builds()
			is_listed = 1
		} else if (parts[1] in known) {
			print_row(parts[1])
		} else {
			print line[2, i]
		}
	}
}

END {
	if (failed)
		exit 1
	for (i = 1; i <= fields; i++)
		if (!((2, field[i]) in has_row))
			fail_whole("layouts.in has no row for the field '" field[i] "': write \"" field[i] \
				" ?\", and lib/layout/update finds the places")
	for (i = 2; i <= file; i++)
		expand(i)
	if (output == "c")
		print_c()
	else
		print_layouts()
}
