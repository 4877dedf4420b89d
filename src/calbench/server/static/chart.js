// The chart: deviation of each result that has limits in per cent of its limit, with U as a bar; drawn at most once a frame of the screen.
const LIMIT = 100;

export class Chart {
  constructor(node, rows, judged, words) {
    this.node = node;
    this.numbers = judged;
    this.points = this.numbers.map((number) => rows[number]);
    this.words = words;
    this.place = 0;
    this.cells = new Map();
    this.asked = false;
    new ResizeObserver(() => this.resize()).observe(node);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.rebuild());
    this.rebuild();
  }

  take(cells) {
    let shown = false;
    for (const [place, row, state, , , , , , , , , deviation, spread] of cells) {
      this.cells.set(`${place}-${row}`, { state, deviation, spread });
      shown ||= place === this.place;
    }
    if (shown) this.draw();
  }

  choose(place) {
    this.place = place;
    this.draw();
  }

  draw() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      const data = this.data();
      this.plot.setData(data);
      const done = data[1].filter((one) => one !== null).length;
      this.node.setAttribute("aria-label", `${this.words.chart}: ${done} / ${this.points.length}`);
    });
  }

  data() {
    const xs = [], ys = [], lows = [], highs = [];
    this.points.forEach((_, index) => {
      const cell = this.cells.get(`${this.place}-${this.numbers[index]}`);
      const has = cell && cell.state === "measured" && cell.deviation !== null;
      xs.push(index);
      ys.push(has ? cell.deviation * LIMIT : null);
      lows.push(has ? (cell.deviation - (cell.spread ?? 0)) * LIMIT : null);
      highs.push(has ? (cell.deviation + (cell.spread ?? 0)) * LIMIT : null);
    });
    return [xs, ys, lows, highs];
  }

  rebuild() {
    if (this.plot) this.plot.destroy();
    const ink = getComputedStyle(document.documentElement);
    const colour = (name) => ink.getPropertyValue(name).trim();
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
    this.plot = new uPlot(
      {
        width: Math.max(300, this.node.clientWidth),
        height: 300,
        padding: [null, 66, null, null], // room for the last of the slanting names
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: () => [-0.5, this.points.length - 0.5] },
          y: { range: (_, low, high) => [Math.min(-120, (low ?? 0) * 1.1), Math.max(120, (high ?? 0) * 1.1)] },
        },
        axes: [
          { ...axis, size: 96, rotate: -45, gap: 4, splits: () => this.splits(), values: (_, splits) => splits.map((one) => this.label(one)), font: "11px system-ui, sans-serif" },
          { ...axis, size: 56, values: (_, splits) => splits.map((one) => `${one} %`), font: "12px system-ui, sans-serif" },
        ],
        series: [{}, { stroke: colour("--live"), paths: () => null, points: { show: true, size: 8, fill: colour("--live") } }, { show: true, stroke: "transparent", paths: () => null, points: { show: false } }, { show: true, stroke: "transparent", paths: () => null, points: { show: false } }],
        hooks: { drawClear: [(plot) => this.limits(plot, colour)], drawSeries: [(plot, index) => index === 1 && this.bars(plot, colour)] },
      },
      this.data(),
      this.node,
    );
  }

  splits() {
    const room = Math.max(1, Math.floor((this.node.clientWidth - 70) / 26));
    const step = Math.max(1, Math.ceil(this.points.length / room));
    return this.points.map((_, index) => index).filter((index) => index % step === 0);
  }

  label(index) {
    const name = this.points[index] ?? "";
    return name.length > 15 ? `…${name.slice(-14)}` : name;
  }

  resize() {
    const width = this.node.clientWidth;
    if (width > 0 && this.plot && width !== this.plot.width) this.plot.setSize({ width, height: 300 });
  }

  limits(plot, colour) {
    const { ctx, bbox } = plot;
    const [top, bottom] = [LIMIT, -LIMIT].map((one) => Math.round(plot.valToPos(one, "y", true))); // on whole pixels
    ctx.save();
    ctx.fillStyle = colour("--good-ground");
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
    ctx.strokeStyle = colour("--bad");
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.setLineDash([8 * devicePixelRatio, 5 * devicePixelRatio]);
    for (const y of [top, bottom]) {
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  }

  bars(plot, colour) {
    const { ctx } = plot;
    const [xs, ys, lows, highs] = plot.data;
    const half = 4 * devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = colour("--ink");
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.beginPath();
    xs.forEach((x, index) => {
      if (ys[index] === null) return;
      const at = plot.valToPos(x, "x", true), low = plot.valToPos(lows[index], "y", true), high = plot.valToPos(highs[index], "y", true);
      ctx.moveTo(at, low);
      ctx.lineTo(at, high);
      for (const end of [low, high]) {
        ctx.moveTo(at - half, end);
        ctx.lineTo(at + half, end);
      }
    });
    ctx.stroke();
    ctx.restore();
  }
}
