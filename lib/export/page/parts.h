// SPDX-License-Identifier: MIT
// The style sheet and the script of the report, embedded when leaktop is built (see embed), with
// their hashes as a Content-Security-Policy wants them.
#pragma once

extern const char report_style[], report_style_hash[];
extern const char report_script[], report_script_hash[];
