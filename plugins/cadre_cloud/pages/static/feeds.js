// The history of a resource, drawn by ECharts, which is loaded where there is one to draw.
const source = document.currentScript.dataset.echarts;
let loaded;

const echartsThere = () =>
  (loaded ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    Object.assign(script, { src: source, onload: done, onerror: fail });
    document.head.append(script);
  }));

const COLOURS = ["#4f86b8", "#b3321d", "#b6c0ca", "#c58a00"];

function option(history) {
  const bars = history.bars.map(([name, data]) => ({ name, data, type: "bar", stack: "rows", barMaxWidth: 40 }));
  const [name, data] = history.line;
  return {
    animation: false,
    aria: { enabled: true, decal: { show: true } },
    color: COLOURS,
    grid: { left: 70, right: 60, top: 40, bottom: 30 },
    legend: { top: 0 },
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", data: history.days },
    yAxis: [{ type: "value" }, { type: "value", min: 0, axisLabel: { formatter: "{value} %" }, splitLine: { show: false } }],
    series: [...bars, { name, data, type: "line", yAxisIndex: 1, connectNulls: true }],
  };
}

async function draw() {
  for (const place of document.querySelectorAll("[data-history]:not([data-drawn])")) {
    place.dataset.drawn = "";
    await echartsThere();
    const chart = window.echarts.init(place, null, { renderer: "canvas" });
    chart.setOption(option(JSON.parse(place.dataset.history)));
    new ResizeObserver(() => chart.resize()).observe(place);
  }
}

document.addEventListener("DOMContentLoaded", draw);
document.addEventListener("htmx:after:swap", draw);
