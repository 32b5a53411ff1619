// A chart is drawn from the table that stands beside it, so that what it says
// can be read without it: each row is a step, each further column a series.
// data-chart says how the columns are drawn, in order: "bar line".
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const drawn = new Map<HTMLTableElement, EChartsType>();
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** Draws the tables inside root, and closes what hides them. */
export function draw(root: ParentNode, fold: boolean): void {
  for (const [table, chart] of drawn) {
    if (table.isConnected) continue;
    chart.dispose();
    drawn.delete(table);
  }
  for (const table of root.querySelectorAll<HTMLTableElement>("table[data-chart]")) {
    if (drawn.has(table)) continue;
    const details = table.closest("details");
    const box = document.createElement("div");
    box.className = "chart";
    (details ?? table).before(box);
    const chart = init(box, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio) });
    drawn.set(table, chart);
    chart.setOption(option(table, fold && !calm.matches));
    if (details && fold) details.open = false;
  }
}

function option(table: HTMLTableElement, moving: boolean): object {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((c) => c.textContent?.trim() ?? "");
  const rows = [...(table.tBodies[0]?.rows ?? [])];
  const kinds = (table.dataset.chart ?? "").split(" ");
  const value = (r: HTMLTableRowElement, i: number) => {
    const text = (r.cells[i]?.textContent ?? "").replace(/[^\d.-]/g, "");
    return text ? Number(text) : null; // nothing yet
  };
  const axis = { axisLine: { lineStyle: { color: color("--line") } }, axisTick: { show: false }, axisLabel: { color: color("--quiet") } };
  return {
    animation: moving,
    animationDuration: 400,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    color: [color("--press"), color("--soon"), color("--done")],
    aria: { enabled: true, label: { description: table.caption?.textContent ?? heads.join(", ") } },
    // Rich text is drawn, not put into the page: no style of its own to allow.
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true },
    legend: { top: 0, left: 0, icon: "roundRect", textStyle: { color: color("--ink") } },
    grid: { left: 4, right: 8, top: 36, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: rows.map((r) => r.cells[0]?.textContent?.trim() ?? ""), ...axis },
    yAxis: { type: "value", minInterval: 1, ...axis, splitLine: { lineStyle: { color: color("--line") } } },
    series: kinds.map((kind, i) => ({
      name: heads[i + 1] ?? "",
      type: kind,
      data: rows.map((r) => value(r, i + 1)),
      barMaxWidth: 40,
      symbolSize: 7,
      lineStyle: { width: 2.5 },
    })),
  };
}

function again(): void {
  for (const [table, chart] of drawn) {
    chart.setOption(option(table, false));
    chart.resize();
  }
}

addEventListener("resize", again);
addEventListener("beforeprint", again);
addEventListener("afterprint", again);
matchMedia("(prefers-color-scheme: dark)").addEventListener?.("change", again);
