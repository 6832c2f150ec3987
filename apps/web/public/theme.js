// Before the first picture, so that a chosen theme does not flash: the theme that this browser keeps.
// It is a file of its own, as the site's policy allows no script within a page.
try {
  document.documentElement.dataset.theme = localStorage.getItem("oxbow.theme") ?? "auto";
} catch {
  document.documentElement.dataset.theme = "auto";
}
