"use strict";

// A click on a heading sorts by its column: figures the largest first, names from A to Z, and the other
// way round at the next click. Empty cells stay at the end.
function valueOf(row, column) {
	const cell = row.cells[column];
	if (cell.dataset.value !== undefined)
		return Number(cell.dataset.value);
	return cell.textContent;
}

function compare(left, right) {
	if (typeof left === "number" && typeof right === "number")
		return left - right;
	return String(left) < String(right) ? -1 : String(left) > String(right) ? 1 : 0;
}

function sortBy(heading) {
	const table = heading.closest("table");
	const column = heading.cellIndex;
	const body = table.tBodies[0];
	const rows = Array.from(body.rows);
	const isFigure = rows.some((row) => row.cells[column].dataset.value !== undefined);
	const first = isFigure ? "descending" : "ascending";
	const second = isFigure ? "ascending" : "descending";
	const order = heading.getAttribute("aria-sort") === first ? second : first;
	const sign = order === "descending" ? -1 : 1;

	rows.sort((left, right) => {
		const a = valueOf(left, column);
		const b = valueOf(right, column);
		if (a === "" || b === "")
			return (a === "") - (b === "");
		return sign * compare(a, b);
	});
	for (const other of table.tHead.rows[0].cells)
		other.setAttribute("aria-sort", "none");
	heading.setAttribute("aria-sort", order);
	body.append(...rows);
}

// Below a chart stand the figures of the point that the pointer is at, of the last one else.
function follow(chart) {
	const reading = chart.querySelector(".reading");
	const cursor = chart.querySelector(".cursor");
	const last = reading.textContent;

	chart.addEventListener("pointermove", (event) => {
		const point = event.target.closest(".point");
		if (!point)
			return;
		reading.textContent = point.querySelector("title").textContent;
		cursor.setAttribute("x1", point.dataset.x);
		cursor.setAttribute("x2", point.dataset.x);
		cursor.classList.add("on");
	});
	chart.addEventListener("pointerleave", () => {
		reading.textContent = last;
		cursor.classList.remove("on");
	});
}

for (const button of document.querySelectorAll("th button"))
	button.addEventListener("click", () => sortBy(button.closest("th")));
for (const chart of document.querySelectorAll("figure.chart"))
	follow(chart);
