// SPDX-License-Identifier: MIT
#include "export/html_page.h"

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

static char *report_of(const struct course *course, const char *host)
{
	struct text text = {0};
	export_report_begin(&text, "leaktop");
	CHECK(!export_report_process(&text, course, host, 1, NULL));
	export_report_end(&text);
	return text_take(&text);
}

static void test_whole(void)
{
	struct recorded recorded;
	CHECK(recorded_start(&recorded));
	char *html = report_of(&recorded.course, "host<1>");
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
	struct text text = {0};
	export_report_begin(&text, "x");
	export_report_end(&text);
	fflush(stdout);
	FILE *python = popen(program, "w");
	CHECK(python && fputs(text.bytes, python) >= 0 && pclose(python) == 0);
	CHECK(!strstr(report_script, "</") && !strstr(report_style, "</"));
	text_deinit(&text);
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
	CHECK(recorded_start(&recorded));
	struct identity *identity = &recorded.service.results.history.identity;
	struct census *census = recorded.service.results.history.current->census;
	char *command = identity->command_line, *exe = identity->exe;
	char *type = census->types[0].name, *path = census->containers[0].path;
	identity->command_line = identity->exe = census->types[0].name = evil;
	census->containers[0].path = evil;
	strcpy(identity->python, "<b>3</b>");
	strcpy(recorded.service.results.verdict.sentence, "<i>held by</i> \"&\"");
	char *html = report_of(&recorded.course, evil);
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
	struct course course;
	CHECK(!course_init(&course, &results) && !course_add_reading(&course, &reading));
	char *html = report_of(&course, NULL);
	CHECK(python_reads(html));
	CHECK(count(html, "<figure") == 0);
	CHECK(strstr(html, "--rss-only"));
	CHECK(strstr(html, "1 sample, 1970-01-01 00:00:00 UTC"));
	free(html);
	course_deinit(&course);
	sample_destroy(sample);
}

// More readings than a chart shows: the peak stays.
static void test_peak(void)
{
	struct array readings = {0};
	struct text text = {0};
	for (unsigned i = 0; i < 20000; i++) {
		struct reading *reading;
		if (array_add(&readings, sizeof(*reading), (void **)&reading))
			break;
		reading->seconds = i;
		reading->memory.rss_bytes = i == 12345 ? 777ull << 20 : 10ull << 20;
	}
	CHECK(readings.count == 20000);
	CHECK(!memory_charts_add(&readings, &text, NULL));
	CHECK(text.bytes && strstr(text.bytes, "RSS 777.0M"));
	CHECK(count(text.bytes, "class=\"point\"") <= CHART_POINTS_MAX);
	text_deinit(&text);
	array_deinit(&readings);
}

// Times that stand still or go back, and figures without measure: a picture, and no more.
static void test_nonsense(void)
{
	struct array readings = {0};
	struct text text = {0};
	const double seconds[] = {5, 5, 1, 5, 1e300, NAN, -3, 6};
	for (size_t i = 0; i < sizeof(seconds) / sizeof(*seconds); i++) {
		struct reading *reading;
		CHECK(!array_add(&readings, sizeof(*reading), (void **)&reading));
		reading->seconds = seconds[i];
		reading->taken_ms = i % 2 ? INT64_MAX : INT64_MIN;
		reading->memory.rss_bytes = i % 2 ? UINT64_MAX : 0;
		reading->memory.has_split = reading->has_heap = true;
		reading->memory.anonymous_bytes = UINT64_MAX;
	}
	CHECK(!memory_charts_add(&readings, &text, NULL));
	CHECK(text.length < 100000);
	CHECK(python_reads(text.bytes));
	CHECK(!strstr(text.bytes, "nan") && !strstr(text.bytes, "inf"));
	text_deinit(&text);
	array_deinit(&readings);
}

static void test_limit(void)
{
	struct recorded recorded;
	AUTO(table_destroyp) struct table *types = NULL;
	AUTO(table_destroyp) struct table *containers = NULL;
	CHECK(recorded_start(&recorded));
	CHECK(!course_types(&recorded.course, 2, &types, NULL));
	CHECK(types->row_count == 2);
	CHECK_STRING(types->cells[0].text, "str");
	CHECK_STRING(types->note, "3 more that grew less are left out");
	CHECK(!course_containers(&recorded.course, 0, &containers, NULL));
	// The nameless one that passed by is not there, the one that grew is.
	CHECK(containers->row_count == 5 && !containers->note);
	CHECK(containers->cells[containers->column_count + 3].signed_value == 300);
	CHECK_STRING(containers->cells[0].text, "__main__.cache");
	recorded_stop(&recorded);
}

int main(void)
{
	test_whole();
	test_policy();
	test_escapes();
	test_hostile();
	test_single();
	test_peak();
	test_nonsense();
	test_limit();
	return test_done();
}
