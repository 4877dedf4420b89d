// The grid: one cell for each point and position; only what changed is touched. One cell at a time is chosen, by a
// pointer or the arrow keys, and told in full below the table.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Grid {
  constructor(words, points, places) {
    this.words = words;
    this.points = points;
    this.places = places;
    this.chosen = null;
    const table = document.getElementById("grid");
    table.addEventListener("click", (event) => {
      const node = event.target.closest("td");
      this.choose(node);
      if (node) node.focus();
    });
    table.addEventListener("focusin", (event) => this.choose(event.target.closest("td")));
    table.addEventListener("keydown", (event) => this.move(event));
    const first = document.getElementById("c0-0");
    if (first) first.tabIndex = 0;
  }

  show(cells) {
    for (const [place, point, state, verdict, , error, lower, upper, expanded, unit] of cells) {
      const node = document.getElementById(`c${place}-${point}`);
      if (!node) continue;
      const judged = state === "measured" && verdict;
      const [mark, label, figures] = node.children;
      node.className = `cell ${judged ? verdict : state}`;
      mark.textContent = state === "measured" ? this.words.verdictIcons[verdict] : this.words.cellIcons[state];
      label.textContent = judged ? this.words.verdicts[verdict] : this.words.cells[state];
      figures.textContent = text(error, lower, upper, expanded, unit);
      if (node === this.chosen) this.tell();
    }
  }

  choose(node) {
    if (!node || node === this.chosen) return;
    if (this.chosen) this.chosen.removeAttribute("aria-selected");
    for (const one of document.querySelectorAll("#grid td[tabindex]")) one.removeAttribute("tabindex");
    this.chosen = node;
    node.tabIndex = 0;
    node.setAttribute("aria-selected", "true");
    this.tell();
  }

  move(event) {
    const step = STEPS[event.key];
    if (!step || !event.target.id.startsWith("c")) return;
    const [place, point] = event.target.id.slice(1).split("-").map(Number);
    const next = document.getElementById(`c${place + step[0]}-${point + step[1]}`);
    event.preventDefault();
    if (!next) return;
    this.choose(next);
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  tell() {
    const [place, point] = this.chosen.id.slice(1).split("-").map(Number);
    const [, label, figures] = this.chosen.children;
    const where = this.words.position.replace("{position}", this.places[place]);
    document.getElementById("chosen").textContent = `${this.points[point]} · ${where}: ${label.textContent} ${figures.textContent}`;
  }
}

function text(error, lower, upper, expanded, unit) {
  if (!error) return "";
  const high = upper.replace(/^\+/, "");
  const limit = !lower && !upper ? "" : lower === `-${high}` ? ` (±${high})` : ` (${lower || "−∞"} … ${upper || "+∞"})`;
  return `${error}${limit}${expanded ? ` U ${expanded}` : ""} ${unit}`.trim();
}
