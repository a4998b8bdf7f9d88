// SPDX-License-Identifier: MIT
#include "export/memory_charts.h"

#include "../test.h"
#include "base/guard.h"
#include "export/chart.h"
#include "export/course.h"
#include "result/reading.h"

#include <math.h>
#include <string.h>

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

// More readings than a chart shows: the peak stays.
static void test_peak(void)
{
	AUTO(readings_deinit) struct readings readings = {0};
	struct text text = {0};
	for (unsigned i = 0; i < 20000; i++) {
		struct reading *reading = readings_add_zeroed(&readings);
		if (!reading)
			break;
		reading->seconds = i;
		reading->memory.rss_bytes = i == 12345 ? 777ull << 20 : 10ull << 20;
	}
	CHECK(readings.count == 20000);
	CHECK(!memory_charts_add(&text, readings.items, readings.count, NULL));
	CHECK(text.bytes && strstr(text.bytes, "RSS 777.0M"));
	CHECK(count(text.bytes, "class=\"point\"") <= CHART_POINTS_MAX);
	text_deinit(&text);
}

// Times that stand still or go back, and figures without measure: a picture, and no more.
static void test_nonsense(void)
{
	AUTO(readings_deinit) struct readings readings = {0};
	struct text text = {0};
	const double seconds[] = {5, 5, 1, 5, 1e300, NAN, -3, 6};
	for (size_t i = 0; i < sizeof(seconds) / sizeof(*seconds); i++) {
		struct reading *reading = readings_add_zeroed(&readings);
		CHECK(reading != NULL);
		reading->seconds = seconds[i];
		reading->taken_ms = i % 2 ? INT64_MAX : INT64_MIN;
		reading->memory.rss_bytes = i % 2 ? UINT64_MAX : 0;
		reading->memory.has_split = reading->has_heap = true;
		reading->memory.anonymous_bytes = UINT64_MAX;
	}
	CHECK(!memory_charts_add(&text, readings.items, readings.count, NULL));
	CHECK(text.length < 100000);
	CHECK(python_reads(text.bytes));
	CHECK(!strstr(text.bytes, "nan") && !strstr(text.bytes, "inf"));
	text_deinit(&text);
}

int main(void)
{
	test_peak();
	test_nonsense();
	return test_done();
}
