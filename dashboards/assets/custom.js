// What the page's own frame leaves out for people who zoom or listen.
document.documentElement.lang = "en-GB";
const viewport = document.querySelector('meta[name="viewport"]');
if (viewport) viewport.content = "width=device-width, initial-scale=1";

// Light or dark as the system has it, until somebody chooses.
if (!localStorage.getItem(":solara:theme.variant")) {
  localStorage.setItem(":solara:theme.variant", '"auto"');
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const page = document.getElementById("app");
  page.classList.toggle("theme--dark", dark);
  page.classList.toggle("theme--light", !dark);
}
