// Draws the places of a scene over its preview, where they can be moved and made larger; that is typed into their fields. Who uses the keyboard types there.
const layer = document.querySelector(".places"), WHOLE = 100;

const between = (n, least, most) => Math.min(most, Math.max(least, Math.round(n)));

function draw(field) {
  const part = document.createElement("div"), corner = document.createElement("i");
  part.className = "place";
  part.textContent = field.labels[0].textContent.trim();
  part.append(corner);
  layer.append(part);
  let at;

  function show() {
    at = field.value.split(/[\s,;%]+/).filter(Boolean).map(Number);
    part.hidden = at.length < 4 || at.some((n) => !(n >= 0 && n <= WHOLE));
    ["left", "top", "width", "height"].forEach((side, i) => (part.style[side] = at[i] + "%"));
    part.style.zIndex = at[4] ?? 0;
  }

  function type(left, top, width, height) {
    field.value = [left, top, width, height, ...at.slice(4)].join(" ");
    show();
  }

  part.addEventListener("pointerdown", (from) => {
    const [left, top, width, height] = at, size = layer.getBoundingClientRect();
    const x = (e) => ((e.clientX - from.clientX) / size.width) * WHOLE, y = (e) => ((e.clientY - from.clientY) / size.height) * WHOLE;
    from.preventDefault();
    part.setPointerCapture(from.pointerId);
    part.onpointermove = (e) =>
      from.target === corner
        ? type(left, top, between(width + x(e), 1, WHOLE - left), between(height + y(e), 1, WHOLE - top))
        : type(between(left + x(e), 0, WHOLE - width), between(top + y(e), 0, WHOLE - height), width, height);
    part.onlostpointercapture = () => (part.onpointermove = null);
  });
  field.addEventListener("input", show);
  show();
}

document.querySelectorAll("input[id^=parts-]").forEach(draw);
