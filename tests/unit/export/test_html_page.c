// SPDX-License-Identifier: MIT
#include "recorded.h"

#include "base/guard.h"
#include "export/chart.h"
#include "export/html.h"
#include "export/memory_charts.h"
#include "export/page/parts.h"

#include <math.h>

static size_t count(const char *text, const char *part)
{
	size_t found = 0;
	for (; (text = strstr(text, part)); text += strlen(part))
		found++;
	return found;
}

// Whether every element is closed in its order, by a parser that is not ours; and nothing is
// loaded.
static bool python_reads(const char *text)
{
	static const char program[] =
		"python3 -c '\n"
		"import html.parser, sys\n"
		"class Reader(html.parser.HTMLParser):\n"
		"    stack = []\n"
		"    def handle_starttag(self, tag, attributes):\n"
		"        loads = {name for name, value in attributes} & {\"src\", \"style\", "
		"\"onclick\"}\n"
		"        assert not loads, (tag, attributes)\n"
		"        if tag not in (\"meta\", \"br\"): self.stack.append(tag)\n"
		"    def handle_endtag(self, tag):\n"
		"        top = self.stack.pop()\n"
		"        assert top == tag, (top, tag, self.getpos())\n"
		"    def handle_startendtag(self, tag, attributes): pass\n"
		"reader = Reader()\n"
		"reader.feed(sys.stdin.buffer.read().decode())\n"
		"assert not reader.stack, reader.stack\n'";
	fflush(stdout);
	FILE *python = popen(program, "w");
	return python && fputs(text, python) >= 0 && pclose(python) == 0;
}

static void test_whole(void)
{
	struct recorded recorded;
	recorded_start(&recorded);
	struct recorded_drive drive = recorded_whole(&recorded);
	drive.host = "host<1>";
	char *html = recorded_text(&html_exporter, &drive);
	CHECK(python_reads(html));
	CHECK(count(html, "<figure") == 2);
	CHECK(count(html, "class=\"point\"") <= 2 * CHART_POINTS_MAX);
	CHECK(strstr(html, "host&lt;1&gt;"));
	CHECK(strstr(html, "LEAKING"));
	CHECK(strstr(html, "<td class=\"name\">__main__.cache</td><td class=\"text\">dict</td>"
			   "<td class=\"figure\" data-value=\"9927\">9,927</td>"
			   "<td class=\"figure more\" data-value=\"9920\">+9,920</td>"));
	CHECK(strstr(html, "900 samples, 2024-05-01 12:00:00 to 2024-05-01 13:14:55 UTC"));
	CHECK(strstr(html, "13:00</text>"));
	free(html);
	recorded_stop(&recorded);
}

// The hashes of the policy are those of what stands between the tags.
static void test_policy(void)
{
	static const char program[] =
		"python3 -c '\n"
		"import base64, hashlib, re, sys\n"
		"page = sys.stdin.buffer.read()\n"
		"policy = re.search(rb\"Security-Policy\\\" content=\\\"([^\\\"]*)\", "
		"page)[1].decode()\n"
		"for tag in (\"style\", \"script\"):\n"
		"    found = re.findall(f\"<{tag}>(.*?)</{tag}>\".encode(), page, re.S)\n"
		"    assert len(found) == 1, tag\n"
		"    hash = base64.b64encode(hashlib.sha256(found[0]).digest()).decode()\n"
		"    assert tag + chr(45) + \"src \" + chr(39) + \"sha256-\" + hash in policy, "
		"(policy, hash)\n"
		"assert policy.startswith(\"default-src \" + chr(39) + \"none\")\n'";
	const struct recorded_drive drive = {0};
	char *html = recorded_text(&html_exporter, &drive);
	fflush(stdout);
	FILE *python = popen(program, "w");
	CHECK(python && fputs(html, python) >= 0 && pclose(python) == 0);
	CHECK(!strstr(report_script, "</") && !strstr(report_style, "</"));
	free(html);
}

static void test_escapes(void)
{
	struct text text = {0};
	html_add_text(&text, "<script>alert('1' & \"2\")</script>\xff\n");
	CHECK_STRING(text.bytes, "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)"
				 "&lt;/script&gt;\\xff\\x0a");
	text_deinit(&text);
}

// Every text of a recording is hostile.
static void test_hostile(void)
{
	static char evil[] =
		"</style></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'";
	struct recorded recorded;
	recorded_start(&recorded);
	struct identity *identity = &recorded.service.results.history.identity;
	struct census *census = recorded.service.results.history.current->census;
	char *command = identity->command_line, *exe = identity->exe;
	char *type = census->types[0].name, *path = census->containers[0].path;
	identity->command_line = identity->exe = census->types[0].name = evil;
	census->containers[0].path = evil;
	strcpy(identity->python, "<b>3</b>");
	strcpy(recorded.service.results.verdict.sentence, "<i>held by</i> \"&\"");
	struct recorded_drive drive = recorded_whole(&recorded);
	drive.host = evil;
	char *html = recorded_text(&html_exporter, &drive);
	CHECK(count(html, "<script") == 1 && count(html, "<img") == 0);
	CHECK(count(html, "<i>") == 0 && count(html, "<b>3</b>") == 0);
	CHECK(strstr(html, "&lt;img src=x onerror=alert(1)&gt;"));
	CHECK(python_reads(html));
	free(html);
	identity->command_line = command;
	identity->exe = exe;
	census->types[0].name = type;
	census->containers[0].path = path;
	recorded_stop(&recorded);
}

// A file of a single reading without a heap has no chart, and no growth.
static void test_single(void)
{
	struct sample *sample = make_sample(1, 10);
	free(sample->census);
	sample->census = NULL;
	sample->census_missing = strdup("--rss-only");
	sample->memory.rss_bytes = 1 << 20;
	const struct results results = {
		.history = {.baseline = sample, .previous = sample, .current = sample}};
	const struct reading reading = {.seconds = 10, .memory = sample->memory};
	const struct recorded_drive drive = {
		.results = &results, .readings = &reading, .reading_count = 1, .processes = 1};
	char *html = recorded_text(&html_exporter, &drive);
	CHECK(python_reads(html));
	CHECK(count(html, "<figure") == 0);
	CHECK(strstr(html, "--rss-only"));
	CHECK(strstr(html, "1 sample, 1970-01-01 00:00:00 UTC"));
	free(html);
	sample_destroy(sample);
}

// A list stands at the top where there are several.
static void test_several(void)
{
	struct recorded recorded;
	recorded_start(&recorded);
	struct recorded_drive drive = recorded_whole(&recorded);
	char *html = recorded_text(&html_exporter, &drive);
	CHECK(!strstr(html, "<nav>"));
	free(html);
	drive.processes = 2;
	drive.left_out = 7;
	html = recorded_text(&html_exporter, &drive);
	CHECK(python_reads(html));
	CHECK(count(html, "<section class=\"process\"") == 2);
	CHECK(strstr(html, "<li><a href=\"#process-2\">service.py, pid 76591</a>: LEAKING"));
	CHECK(strstr(html, "7 processes that ended earlier are left out"));
	free(html);
	recorded_stop(&recorded);
}

int main(void)
{
	test_whole();
	test_policy();
	test_escapes();
	test_hostile();
	test_single();
	test_several();
	return test_done();
}
