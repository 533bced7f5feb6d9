// A closer look at the charts: values under the pointer, a part of the time. Everything is readable without this.
const NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAY = 864e5, YEAR = 365.25, LEAST = 90; // days: of fewer there is little to see, as points stand weeks apart
const PULLED = 8; // pixels from which a press is a pull
const date = (day) => new Date(Math.round(day) * DAY);
const month = (day) => `${NAMES[date(day).getUTCMonth()]} ${date(day).getUTCFullYear()}`;
const percent = (share) => {
  const exact = share * 100, low = Math.floor(exact), half = exact - low === 0.5;
  const whole = half ? low + (low % 2) : Math.round(exact);
  return `${share > 0 && share < 0.005 ? "<1" : share < 1 && share >= 0.995 ? ">99" : whole}\u202f%`;
};
const at = (event, drawing) => {
  const box = drawing.getBoundingClientRect();
  return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
};
const filled = (values) => values.reduce((all, one) => [...all, one ? Number(one) : all[all.length - 1]], []);
const shape = (name, css) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  made.setAttribute("class", css);
  return made;
};

// The dates that an axis names, as axis.py chooses them: [share, label] each.
const ticks = ([first, last]) => {
  const index = (day) => date(day).getUTCFullYear() * 12 + date(day).getUTCMonth();
  const from = index(first) + (date(first).getUTCDate() > 1), months = [];
  for (let one = from; one <= index(last); one += 1) months.push(one);
  const fits = (step) => 4 * step >= months.length - 1 && months.filter((one) => one % step === 0).length <= 4;
  const step = [1, 2, 3, 6, 12, 24, 60, 120, 240].find(fits) || Infinity;
  return months.filter((one) => one % step === 0).map((one) => {
    const day = Date.UTC(Math.floor(one / 12), one % 12) / DAY;
    return [(day - first) / (last - first), one % 12 ? NAMES[one % 12] : String(one / 12)];
  });
};

const closerLook = (chart) => {
  const days = chart.dataset.days.split(",").map(Number);
  const all = [days[0], days[days.length - 1]];
  const range = document.querySelector("[data-range]"), rangeOfAll = range.textContent;
  const control = document.querySelector(".zoom"), status = control.querySelector("[role=status]");
  const spans = [...control.querySelectorAll("[data-years]")], moves = [...control.querySelectorAll("[data-move]")];
  const lines = [...chart.querySelectorAll("figure")].map((figure) => {
    const drawing = figure.querySelector("svg"), { width, height } = drawing.viewBox.baseVal;
    const cursor = shape("path", "cursor"), pulled = shape("rect", "pulled");
    pulled.setAttribute("height", height);
    drawing.append(pulled, cursor);
    return {
      drawing, width, height, cursor, pulled, name: figure.querySelector("figcaption span").textContent,
      shares: filled(figure.dataset.shares.split(",")), said: figure.querySelector("output"),
      axis: figure.querySelector(".axis"), label: drawing.getAttribute("aria-label"),
    };
  });
  let shown = all, start = null;

  const valueAt = ({ shares }, day) => {
    const after = Math.max(1, days.findIndex((one) => one >= day)), before = after - 1;
    return shares[before] + (shares[after] - shares[before]) * (day - days[before]) / (days[after] - days[before]);
  };
  const draw = (line) => {
    const [from, to] = shown, { drawing, width, height } = line;
    const inside = days.filter((day) => day > from && day < to);
    const points = [from, ...inside, to].map((day) => {
      const y = 2 + (height - 4) * (1 - valueAt(line, day));
      return `${((day - from) / (to - from) * width).toFixed(2)} ${y.toFixed(2)}`;
    }).join("L");
    drawing.querySelector(".line").setAttribute("d", `M${points}`);
    drawing.querySelector(".under").setAttribute("d", `M${points}V${height - 2}H0Z`);
    const marks = ticks(shown);
    drawing.querySelector(".tick").setAttribute("d", marks.map(([x]) => `M${x * width} 0V${height}`).join(""));
    line.axis.replaceChildren(...marks.map(([x, label]) => {
      const text = shape("text", x < 0.06 ? "begin" : x > 0.94 ? "end" : "");
      text.setAttribute("x", `${x * 100}%`);
      text.setAttribute("y", 12);
      text.textContent = label;
      return text;
    }));
    const ends = shown.map((day) => `${percent(valueAt(line, day))} in ${month(day)}`);
    drawing.setAttribute("aria-label", shown === all ? line.label : `${line.name}: coverage from ${ends.join(" to ")}`);
  };
  const tell = (share) => {
    const wanted = shown[0] + share * (shown[1] - shown[0]);
    const near = days.map((day, number) => [day < shown[0] || day > shown[1] ? Infinity : Math.abs(day - wanted), number]);
    const [away, number] = near.reduce((best, one) => (one[0] < best[0] ? one : best), [Infinity, 0]);
    for (const line of lines) {
      if (share === null || away === Infinity) {
        line.said.textContent = "";
        line.cursor.removeAttribute("d");
      } else {
        line.said.textContent = `${month(days[number])}: ${percent(line.shares[number])}`;
        const x = (days[number] - shown[0]) / (shown[1] - shown[0]) * line.width;
        line.cursor.setAttribute("d", `M${x} 0V${line.height}`);
      }
    }
  };
  const pull = (from, to) => {
    for (const { pulled, width } of lines) {
      pulled.setAttribute("x", Math.min(from, to) * width);
      pulled.setAttribute("width", Math.abs(to - from) * width);
    }
  };
  const show = (from, to, years = -1) => {
    const length = Math.min(all[1] - all[0], Math.max(LEAST, to - from));
    const begin = Math.min(all[1] - length, Math.max(all[0], (from + to - length) / 2));
    shown = length === all[1] - all[0] ? all : [begin, begin + length];
    lines.forEach(draw);
    tell(null);
    const chosen = shown === all ? 0 : years;
    for (const button of spans) button.setAttribute("aria-pressed", Number(button.dataset.years) === chosen);
    for (const button of moves) button.disabled = shown[0] <= all[0] && button.dataset.move < 0 || shown[1] >= all[1] && button.dataset.move > 0;
    range.textContent = shown === all ? rangeOfAll : `${month(shown[0])} – ${month(shown[1])}`;
    status.textContent = `Shown: ${range.textContent}`;
  };

  for (const button of spans) {
    const years = Number(button.dataset.years);
    button.addEventListener("click", () => show(years ? all[1] - years * YEAR : all[0], all[1], years));
  }
  for (const button of moves) {
    button.addEventListener("click", () => {
      const step = Number(button.dataset.move) * (shown[1] - shown[0]) / 2;
      show(shown[0] + step, shown[1] + step);
    });
  }
  for (const { drawing } of lines) {
    drawing.addEventListener("pointerdown", (event) => {
      if (event.button || !event.isPrimary) return;
      start = { share: at(event, drawing), x: event.clientX };
      drawing.setPointerCapture(event.pointerId);
      tell(start.share);
    });
    drawing.addEventListener("pointermove", (event) => {
      const share = at(event, drawing);
      tell(share);
      if (start && Math.abs(event.clientX - start.x) > PULLED) {
        pull(start.share, share);
        chart.classList.add("pulling");
      }
    });
    const end = (event) => {
      if (event.type === "pointerup" && start && chart.classList.contains("pulling")) {
        const days = [start.share, at(event, drawing)].map((share) => shown[0] + share * (shown[1] - shown[0]));
        show(Math.min(...days), Math.max(...days));
      }
      start = null;
      chart.classList.remove("pulling");
      pull(0, 0);
    };
    drawing.addEventListener("pointerup", end);
    drawing.addEventListener("pointercancel", end);
    drawing.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && tell(null));
    drawing.addEventListener("dblclick", () => show(...all));
  }
  document.addEventListener("pointerdown", (event) => chart.contains(event.target) || tell(null));
  document.addEventListener("keydown", (event) => event.key === "Escape" && shown !== all && show(...all));
  addEventListener("beforeprint", () => show(...all));
  control.classList.add("ready");
};

const weeks = (calendar) => {
  const said = calendar.parentElement.querySelector("output");
  for (const row of calendar.querySelectorAll("[data-weeks]")) {
    const drawing = row.querySelector("svg"), counted = row.dataset.weeks, year = row.querySelector("span").textContent;
    drawing.querySelector("title").remove(); // two answers to one pointer are too many
    const tell = (event) => {
      const week = Math.min(counted.length - 1, Math.floor(at(event, drawing) * counted.length));
      const first = new Date(Date.UTC(year, 0, 1 + 7 * week)), number = Number(counted[week]);
      const when = `${first.getUTCDate()} ${NAMES[first.getUTCMonth()]} ${year}`;
      said.textContent = `Week of ${when}: ${number} day${number === 1 ? "" : "s"}`;
    };
    drawing.addEventListener("pointerdown", tell);
    drawing.addEventListener("pointermove", tell);
    drawing.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") said.textContent = ""; });
  }
};

for (const chart of document.querySelectorAll(".multiples")) closerLook(chart);
for (const calendar of document.querySelectorAll(".years")) weeks(calendar);
