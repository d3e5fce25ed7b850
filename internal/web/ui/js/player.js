// Loads the player of a stream in place of its picture, once somebody asks for it.
document.addEventListener("click", (e) => {
  const link = e.target.closest("[data-player]");
  if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  const player = document.createElement("iframe");
  player.title = link.textContent, player.src = link.dataset.player;
  player.allow = "autoplay; fullscreen; picture-in-picture; encrypted-media";
  link.parentElement.dataset.kept = "playing"; // live.js leaves it as it is
  link.replaceWith(player), player.focus();
});
