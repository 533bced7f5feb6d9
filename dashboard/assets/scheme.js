// In the head, so that the first paint is already light or dark.
(() => {
  const kept = (() => { try { return localStorage.getItem("mantine-color-scheme-value"); } catch { return null; } })();
  const dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
