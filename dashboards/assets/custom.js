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

// A page that found no place says so, instead of loading for ever: asked for again, it is told.
setTimeout(async () => {
  if (document.querySelector(".ua-app")) return;
  const told = await (await fetch("/health")).json();
  if (told.sessions >= told.most_sessions) location.reload();
}, 15000);
