const find = (of, id) => id && [...of.children].find((c) => c.id === id);

// Makes an element like another. Children match by id or place.
function sync(old, fresh) {
  if (old.dataset.kept) return;
  for (const name of old.getAttributeNames()) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  let at = old.firstChild;
  const drop = (gone) => (at = gone.nextSibling, gone.remove());
  for (const c of [...fresh.childNodes]) {
    const same = c.id?.length ? find(old, c.id) : at && !at.id?.length && at.nodeName === c.nodeName && at;
    if (!same) {
      if (c.id) c.classList.add("arrived");
      old.insertBefore(c, at);
      continue;
    }
    while (at && at !== same && !find(fresh, at.id)) drop(at);
    if (at === same) at = at.nextSibling;
    else old.insertBefore(same, at);
    if (!same.isEqualNode(c)) same.data ? (same.data = c.data) : sync(same, c);
  }
  while (at) drop(at);
}
