// Charts: dressed in the colours of the scheme in use, and drawn when they come near the screen.
(() => {
  "use strict";

  // Graphs draw with the bundle that holds the traces we use; asked for when the first graph appears.
  const bundle = document.querySelector("link[data-plotly]");
  if (bundle) {
    Object.defineProperty(window, "_dashPlotlyJSURL", { get: () => bundle.href, set() {} });
  }

  const AHEAD = "400px 0px"; // below and above the screen: drawn before one gets there
  const CONFIG = {
    displayModeBar: false,
    displaylogo: false,
    responsive: true,
    showSendToCloud: false,
    scrollZoom: false,
    doubleClick: false,
  };

  const coloured = (value, colours) => {
    if (typeof value === "string" && value[0] === "@") {
      const [token, opacity] = value.slice(1).split("~");
      return token in colours ? colours[token] + (opacity || "") : value;
    }
    if (Array.isArray(value)) {
      return value.length && typeof value[0] === "number" && typeof value.at(-1) === "number" ? value : value.map((part) => coloured(part, colours));
    }
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, coloured(part, colours)]));
    }
    return value;
  };

  const NARROW = 290; // pixels: below, the two labels of a bar would meet
  const smaller = (label) => ({ ...label, font: { ...label.font, size: Math.min(label.font?.size ?? 12, 11) } });

  const dress = ({ data, layout }, { template, colours }, width) => {
    const annotations = width < NARROW ? layout.annotations?.map(smaller) : layout.annotations;
    return { data: coloured(data, colours), layout: { ...coloured({ ...layout, annotations }, colours), template } };
  };

  // Places whose chart is still to be drawn; a place keeps its height from the first moment, so nothing moves.
  const waiting = new Map();
  const drawn = new WeakMap(); // by place: the scheme in which its chart is

  const forget = (place) => {
    waiting.delete(place);
    near.unobserve(place);
  };

  const release = (place) => {
    const made = waiting.get(place);
    forget(place);
    if (made && place.isConnected) window.dash_clientside.set_props(made.id, { children: made.component() });
  };

  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => release(entry.target)),
    { rootMargin: AHEAD },
  );

  // paper holds what the screen does not
  window.addEventListener("beforeprint", () => [...waiting.keys()].forEach(release));

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    skillfolio_charts: {
      draw(figure, scheme, tokens, id) {
        const { callback_context: context, no_update: skip, set_props: set } = window.dash_clientside;
        if (!figure) return skip;
        const place = document.getElementById(JSON.stringify({ index: id.index, type: id.type }));
        const graph = { type: "graph", index: id.index };
        // the attribute is right from the first paint on; the toggle's own word comes later and only says "again"
        const shown = () => document.documentElement.getAttribute("data-mantine-color-scheme") || scheme || "light";
        const dressed = () => dress(figure, tokens[shown()], place?.clientWidth || Infinity);
        const component = () => {
          if (place) drawn.set(place, shown());
          return {
            namespace: "dash_core_components",
            type: "Graph",
            props: { id: graph, config: CONFIG, figure: dressed(), style: { height: "100%" } },
          };
        };
        const switched = context.triggered.length > 0 && context.triggered.every((one) => one.prop_id.startsWith("scheme."));
        if (switched && place?.querySelector(".dash-graph")) {
          if (drawn.get(place) !== shown()) {
            drawn.set(place, shown());
            set(graph, { figure: dressed() });
          }
          return skip;
        }
        if (!place) return component();
        [...waiting.keys()].filter((one) => !one.isConnected).forEach(forget);
        waiting.set(place, { id, component });
        near.observe(place);
        return skip;
      },
    },
  });
})();
