// The page of a run: a stream of frames, each put in place as it comes. Figures and words come from the server.
import { Chart } from "./chart.js";
import { Grid } from "./grid.js";

const root = document.getElementById("run");
const words = JSON.parse(root.dataset.words);
const rows = JSON.parse(root.dataset.points);
const whole = JSON.parse(root.dataset.whole);
const grid = new Grid(words, rows, JSON.parse(root.dataset.places), whole);
const judged = JSON.parse(root.dataset.judged);
const chart = judged.length ? new Chart(document.getElementById("chart"), rows, judged, words) : null;
const byId = (name) => document.getElementById(name);
const OVER = ["COMPLETED", "STOPPED", "ABORTED", "UNSAFE", "CRASHED"];
const MOST_LINES = 200;
let open = root.dataset.open;
let ending = null;

function put(name, text) {
  const node = byId(name);
  if (node.textContent !== text) node.textContent = text;
}

function sign(name, kind, prefix, icon, text) {
  const node = byId(name);
  node.className = `sign big ${prefix}-${kind}`;
  const [mark, label] = node.children;
  if (mark.textContent !== icon) mark.textContent = icon;
  if (label.textContent !== text) label.textContent = text;
}

function showHead(head) {
  sign("state", head.state, "state", words.states[head.state], head.state_text);
  sign("outputs", head.outputs, "outputs", words.outputs[head.outputs], head.outputs_text);
  put("why", `${head.state_help} ${head.why}`);
  put("doing", head.doing || "–");
  showConditions(head.conditions);
  const unsafe = (head.outputs === "not_verified" || head.outputs === "untouched" || head.state === "UNSAFE") && !head.cleared;
  byId("alarm").hidden = !unsafe;
  if (unsafe) put("alarm-title", words.unsafe.replace("{names}", head.in_doubt.join(", ")));
  const over = OVER.includes(head.state);
  if (ending !== null && ending !== `${head.state} ${head.outputs} ${head.cleared}`) byId("ending").dispatchEvent(new CustomEvent("ending-changed"));
  ending = `${head.state} ${head.outputs} ${head.cleared}`;
  for (const one of document.querySelectorAll("[data-while=live]")) one.disabled = over;
}

function showConditions(conditions) {
  const parts = conditions.map((one) => {
    const part = document.createElement("span");
    const value = document.createElement("b");
    if (one.wrong) part.className = "wrong";
    value.textContent = one.value;
    part.append(`${one.name} `, value);
    if (one.limits) {
      const limits = document.createElement("small");
      limits.textContent = `(${one.limits})`;
      part.append(" ", limits);
    }
    return part;
  });
  byId("conditions").replaceChildren(...(parts.length ? parts : ["–"]));
}

function showLines(lines, full) {
  const story = byId("story");
  if (full) story.replaceChildren();
  for (const line of lines) {
    const item = document.createElement("li");
    item.className = `story-${line.sort}`;
    item.value = line.seq;
    const at = document.createElement("time");
    at.textContent = line.at;
    item.append(at, ` ${line.text}`);
    story.prepend(item);
  }
  while (story.children.length > MOST_LINES) story.lastElementChild.remove();
}

function showPrompts(now) {
  const key = now.join(",");
  if (open !== key) byId("prompts").dispatchEvent(new CustomEvent("prompts-changed"));
  open = key;
}

function show(frame) {
  if (frame.cells) {
    grid.show(frame.cells);
    if (chart) chart.take(frame.cells);
  }
  if (frame.units) grid.showUnits(frame.units);
  if (frame.head) showHead(frame.head);
  if (frame.lines) showLines(frame.lines, frame.full);
  if (frame.open) showPrompts(frame.open);
  put("elapsed", frame.elapsed);
  put("seq", String(frame.seq));
  if (frame.counts) {
    put("progress-text", words.progress.replace("{done}", frame.counts.done).replace("{all}", frame.counts.all).replace("{failed}", frame.counts.failed));
    byId("progress").max = frame.counts.all;
    byId("progress").value = frame.counts.done;
  }
  byId("broken").hidden = !frame.broken;
  root.dataset.seq = frame.seq;
}

function connect() {
  const stream = new EventSource(`/runs/${encodeURIComponent(root.dataset.run)}/stream`);
  stream.onopen = () => { byId("lost").hidden = true; };
  stream.onmessage = (event) => show(JSON.parse(event.data));
  stream.addEventListener("over", () => { stream.close(); location.reload(); });
  stream.onerror = () => {
    byId("lost").hidden = false;
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
  addEventListener("pagehide", () => stream.close(), { once: true });
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey && event.altKey && event.code === "KeyA") {
    event.preventDefault();
    byId("abort").click();
  }
});

const place = byId("chart-place");
if (place) place.addEventListener("change", () => chart.choose(Number(place.value)));
connect();
