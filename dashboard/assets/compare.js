// The dates of the Compare page: what is chosen goes into the address, and the page follows it.
(() => {
  "use strict";

  const isDate = (text) => /^(19[9]|2\d\d)\d-\d\d-\d\d$/.test(text || "") && !Number.isNaN(Date.parse(text));

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    skillfolio_compare: {
      dates(before, after, shown, search) {
        const asked = new URLSearchParams(search || "");
        for (const [name, value] of [["then", before], ["now", after]]) {
          // a field that is not there, as it was shown, or half typed says nothing
          if (value === undefined || value === null || !shown || value === shown[name] || (value && !isDate(value))) continue;
          if (value) asked.set(name, value);
          else asked.delete(name);
        }
        const query = asked.toString() ? `?${asked}` : "";
        return query === (search || "") ? window.dash_clientside.no_update : query;
      },
    },
  });
})();
