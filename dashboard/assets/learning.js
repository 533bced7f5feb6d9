// Learning: a calendar file is chosen in the browser's own dialog and sent as text.
(() => {
  "use strict";

  const LARGEST = 2 * 1024 * 1024; // bytes, as data/calendars.py has it

  const send = (data) => window.dash_clientside.set_props("learning-file", { data: { ...data, at: Date.now() } });

  const read = (file) => {
    if (file.size > LARGEST) {
      send({ name: file.name, large: true });
      return;
    }
    const reader = new FileReader();
    reader.onload = () => send({ name: file.name, data: String(reader.result).split(",")[1] || "" });
    reader.onerror = () => send({ name: file.name, data: "?" }); // told as one that did not come whole
    reader.readAsDataURL(file);
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    learning: {
      choose(clicks) {
        if (clicks) {
          const field = document.createElement("input");
          field.type = "file";
          field.accept = ".ics,text/calendar";
          field.addEventListener("change", () => field.files.length && read(field.files[0]));
          field.click();
        }
        return window.dash_clientside.no_update;
      },
    },
  });
})();
