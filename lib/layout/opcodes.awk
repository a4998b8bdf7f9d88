# SPDX-License-Identifier: MIT
# Makes C of lib/layout/opcodes.in: for each minor version a table by the number of the opcode.

# The role, caches and effect on the stack of one cell, as an initialiser.
function initialiser(role, cell, parts, term, base) {
	split(cell, parts, "/")
	base = parts[3]
	term = "OPCODE_TERM_NONE"
	if (base == "?") {
		base = 0
		term = "OPCODE_TERM_UNKNOWN"
	} else if (match(base, /.[+-]/)) {
		term = substr(base, RSTART + 1)
		base = substr(base, 1, RSTART)
		if (!(term in terms))
			fail("no such effect: " term)
		term = terms[term]
	}
	return sprintf("\t[%d] = {OPCODE_%s, %d, %d, %s},", parts[1], toupper(role), parts[2], base, term)
}

function fail(message) {
	print FILENAME ":" FNR ": " message >"/dev/stderr"
	failed = 1
	exit 1
}

BEGIN {
	terms["+n"] = "OPCODE_TERM_ADD"
	terms["-n"] = "OPCODE_TERM_SUBTRACT"
	terms["-2n"] = "OPCODE_TERM_SUBTRACT_TWICE"
	terms["+b0"] = "OPCODE_TERM_ADD_BIT_0"
	terms["-b0"] = "OPCODE_TERM_SUBTRACT_BIT_0"
	terms["-b2"] = "OPCODE_TERM_SUBTRACT_BIT_2"
}

/^#/ || NF == 0 { next }

{
	name[++count] = $1
	role[count] = $2
	for (i = 3; i <= NF; i++) {
		if (!match($i, /^3\.[0-9]+=/))
			fail("no version: " $i)
		minor = substr($i, 3, RLENGTH - 3) + 0
		value[count, minor] = substr($i, RLENGTH + 1)
		if (!oldest || minor < oldest)
			oldest = minor
		if (minor > newest)
			newest = minor
	}
}

END {
	if (failed)
		exit 1
	print "// Made from opcodes.in by opcodes.awk.\n#include \"layout/opcodes.h\"\n"
	print "#include <stddef.h>\n"
	for (minor = oldest; minor <= newest; minor++) {
		printf "static const struct opcode opcodes_3_%d[256] = {\n", minor
		for (i = 1; i <= count; i++) {
			if ((i, minor) in value)
				last[i] = value[i, minor]
			if (last[i] != "" && last[i] != "-")
				print initialiser(role[i], last[i]) " // " name[i]
		}
		print "};\n"
	}
	print "const struct opcode *opcodes_of(uint32_t version)\n{\n\tswitch (version >> 8) {"
	for (minor = oldest; minor <= newest; minor++)
		printf "\tcase 0x03%02x:\n\t\treturn opcodes_3_%d;\n", minor, minor
	print "\tdefault:\n\t\treturn NULL;\n\t}\n}"
}
