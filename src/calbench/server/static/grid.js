// The grid: one cell for each point and position; only what changed is touched.
export class Grid {
  constructor(words) {
    this.words = words;
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
    }
  }
}

function text(error, lower, upper, expanded, unit) {
  if (!error) return "";
  const high = upper.replace(/^\+/, "");
  const limit = !lower && !upper ? "" : lower === `-${high}` ? ` (±${high})` : ` (${lower || "−∞"} … ${upper || "+∞"})`;
  return `${error}${limit}${expanded ? ` U ${expanded}` : ""} ${unit}`.trim();
}
