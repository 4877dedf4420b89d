// The grid: one cell for each row and position; only what changed is touched. One cell at a time is chosen, by a
// pointer or the arrow keys, and told in full below the table.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Grid {
  constructor(words, rows, places, whole) {
    this.words = words;
    this.rows = rows;
    this.places = places;
    this.whole = new Set(whole);
    this.chosen = null;
    this.known = new Map();
    const table = document.getElementById("grid");
    this.dense = table.classList.contains("dense");
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
    for (const [place, row, state, verdict, attempts, discarded, ...figures] of cells) {
      const node = document.getElementById(`c${place}-${row}`);
      if (!node) continue;
      const judged = state === "measured" && verdict;
      const mark = state === "measured" ? this.words.verdictIcons[verdict] : this.words.cellIcons[state];
      const word = judged ? this.words.verdicts[verdict] : this.words.cells[state];
      this.known.set(node.id, { word, attempts, discarded, figures: text(...figures) });
      change(node, "className", `cell ${judged ? verdict : state}`);
      if (attempts > 1) set(node, "data-attempts", attempts);
      if (this.dense) {
        set(node, "aria-label", word);
        write(node, mark);
      } else {
        write(node.children[0], mark);
        write(node.children[1], word);
        write(node.children[2], text(...figures));
      }
      if (node === this.chosen) this.tell();
    }
  }

  // How units take part: a sign at the head of the column, and the reason in words above the table.
  showUnits(units) {
    const list = document.getElementById("left-out");
    for (const [place, state, why] of units) {
      const head = document.getElementById(`u${place}`);
      head.className = `unit-${state}`;
      write(head.querySelector("i"), this.words.units[state]);
      const name = this.places[place];
      let item = [...list.children].find((one) => one.dataset.place === name);
      if (state === "in") {
        if (item) item.remove();
        continue;
      }
      if (!item) {
        item = document.createElement("li");
        item.dataset.place = name;
        item.append(document.createElement("b"), " ", document.createElement("span"));
        list.append(item);
      }
      write(item.children[0], `${this.words.position.replace("{position}", name)}: ${this.words.unitStates[state]}`);
      write(item.children[1], why);
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
    const [place, row] = event.target.id.slice(1).split("-").map(Number);
    const next = document.getElementById(`c${place + step[0]}-${row + step[1]}`);
    event.preventDefault();
    if (!next) return;
    this.choose(next);
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  tell() {
    const [place, row] = this.chosen.id.slice(1).split("-").map(Number);
    const known = this.known.get(this.chosen.id);
    if (!known) return;
    const where = this.words.position.replace("{position}", this.places[place]);
    const parts = [`${this.rows[row]} · ${where}: ${known.word}`, known.figures];
    if (known.attempts > 1) parts.push(`· ${this.words.attempts.replace("{n}", known.attempts)}`);
    if (known.discarded > 0) parts.push(`· ${this.words.discarded.replace("{n}", known.discarded)}`);
    write(document.getElementById("chosen"), parts.filter(Boolean).join(" "));
  }
}

// A text that is written again, although it is the same, would have the browser lay out the table again.
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function change(node, name, value) {
  if (node[name] !== value) node[name] = value;
}

function set(node, name, value) {
  if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

function text(error, lower, upper, expanded, unit) {
  if (!error) return "";
  const high = upper.replace(/^\+/, "");
  const limit = !lower && !upper ? "" : lower === `-${high}` ? ` (±${high})` : ` (${lower || "−∞"} … ${upper || "+∞"})`;
  return `${error}${limit}${expanded ? ` U ${expanded}` : ""} ${unit}`.trim();
}
