// What the browser does by itself: keep filters in the address, open the menu, name the page.
(() => {
  "use strict";

  const skip = () => window.dash_clientside.no_update;

  const filterQuery = (since, until, projects, current) => {
    const split = new URLSearchParams(location.search).get("split") || "";
    const pairs = [["from", since], ["to", until], ["projects", (projects || []).join(",")], ["current", current ? "1" : ""], ["split", split]];
    const query = pairs.filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`);
    return query.length ? `?${query.join("&")}` : "";
  };

  // a year that is being typed is 0002, then 0020, then 0202
  const isDate = (text) => /^(19[9]|2\d\d)\d-\d\d-\d\d$/.test(text || "") && !Number.isNaN(Date.parse(text));

  let lastPath = null;
  let filled = { wanted: [], before: "", at: -Infinity };
  const ECHO = 400; // ms

  // A link to where one is already, pressed twice on a slow day: once is enough, or Back would seem to do nothing.
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link || link.target || link.href !== location.href || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      const part = location.hash && document.getElementById(location.hash.slice(1));
      if (part) part.scrollIntoView();
    },
    true,
  );

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    skillfolio: {
      // The address and the filter controls hold the same; whichever changed last fills the other.
      filter(search, since, until, projects, current) {
        const none = [skip(), skip(), skip(), skip(), skip()];
        const mark = (values) => document.getElementById("filters")?.toggleAttribute("data-set", values.some((value) => value && value.length !== 0));
        const controls = [since || "", until || "", projects || [], Boolean(current)];
        const changed = window.dash_clientside.callback_context.triggered.map((one) => one.prop_id);
        if (!changed.length || changed.includes("url.search")) {
          const asked = new URLSearchParams(search || "");
          const date = (name) => (isDate(asked.get(name)) ? asked.get(name) : "");
          const wanted = [date("from"), date("to"), (asked.get("projects") || "").split(",").filter(Boolean), asked.get("current") === "1"];
          mark(wanted);
          filled = { wanted, before: JSON.stringify(controls), at: performance.now() };
          return JSON.stringify(wanted) === filled.before ? none : [skip(), ...wanted];
        }
        // a field says its old value once more just after it was given a new one
        const echo = performance.now() - filled.at < ECHO && JSON.stringify(controls) === filled.before;
        if (echo) return JSON.stringify(filled.wanted) === filled.before ? none : [skip(), ...filled.wanted];
        if ((since && !isDate(since)) || (until && !isDate(until))) return none;
        mark(controls);
        const query = filterQuery(...controls);
        return [query === (search || "") ? skip() : query, skip(), skip(), skip(), skip()];
      },

      clear(clicks) {
        return clicks ? filterQuery() : skip();
      },

      // The menu of small screens: opened by its button, closed by going somewhere.
      menu(opened, path, navbar) {
        const pressed = window.dash_clientside.callback_context.triggered.some((one) => one.prop_id === "menu.opened");
        const open = pressed && Boolean(opened);
        return [{ ...navbar, collapsed: { ...navbar.collapsed, mobile: !open } }, open, String(open)];
      },

      // After a page has come: its title, its place (or top), and the focus for who reads by ear.
      arrive(page) {
        if (!page) return skip();
        document.title = page.title;
        const path = page.path;
        if (lastPath !== null && lastPath !== path) {
          requestAnimationFrame(() => {
            const part = location.hash && document.getElementById(location.hash.slice(1));
            if (part) part.scrollIntoView();
            else window.scrollTo(0, 0);
            const main = document.getElementById("content");
            if (main) main.focus({ preventScroll: true });
          });
        } else if (location.hash) {
          requestAnimationFrame(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
        }
        lastPath = path;
        return skip();
      },
    },
  });
})();
