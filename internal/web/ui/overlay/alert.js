
// Alerts start when the server knows of a page that shows them: this one says who it is by a secret of its own, for whoever reads the address off the stream
// has the address alone. Where several pages show the same, the one that can be seen is the first to ask.
let player, mine, begun, idle = false;

const say = (m) => socket.readyState === 1 && socket.send(JSON.stringify({ player, ...m }));

function ask() {
  const next = shown.dataset.cue;
  if (player && next && !idle) setTimeout(() => next === shown.dataset.cue && say({ type: "start", alert: next }), document.hidden ? 300 : 0);
}

on.open = () => player && (say({ type: "hello" }), audible());
on.sound = (m) => (mine = m.alert, on.painted());
on.painted = () => {
  const alert = shown.querySelector("[data-alert]"), { alert: id, starts, lasts } = alert?.dataset ?? {};
  const now = id ?? shown.dataset.cue;
  const passed = Date.now() + ahead - starts;
  if (begun !== now) {
    ask();
    document.body.style.setProperty("--at", -Math.max(0, passed || 0) + "ms");
  }
  begun = now;
  if (!id || mine !== id) return;
  mine = "";
  if (passed < 1e3) sound(alert.dataset);
  if (lasts) setTimeout(() => say({ type: "done", alert: id }), lasts - passed);
};

let output;

// Says whether the browser lets it sound.
function audible() {
  if (output) return say({ type: "audio", muted: output.state !== "running" });
  (output = new AudioContext()).onstatechange = audible;
  setTimeout(audible, 1e3);
}
onclick = () => output?.resume();

// Plays the sound and then the speech, as loud as the server says. A streaming program lets pages play; a browser only after a click there.
async function sound({ sound, gain, speech, speechGain }) {
  let at = 0;
  for (const [address, loud] of [[sound, gain], [speech, speechGain]]) {
    if (!address) continue;
    try {
      const volume = output.createGain(), source = output.createBufferSource();
      source.buffer = await output.decodeAudioData(await (await fetch(address)).arrayBuffer());
      volume.gain.value = loud;
      source.connect(volume).connect(output.destination);
      at = Math.max(at, output.currentTime);
      source.start(at);
      at += source.buffer.duration;
    } catch {} // the alert is seen
  }
}

if ("plays" in document.body.dataset) {
  try {
    player = localStorage.player ||= [...crypto.getRandomValues(new Uint8Array(16))].join("-");
  } catch {} // it only looks
}
addEventListener("obsSourceActiveChanged", (e) => {
  idle = !e.detail.active;
  ask();
});
setInterval(ask, 1e3);
on.painted();
