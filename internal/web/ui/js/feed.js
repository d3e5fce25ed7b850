const SILENCE = 45e3; // 3 heartbeats

// Calls look on each news of a fact, and reconnects for good.
function follow(fact, look) {
  let socket, silence, tries = 0;

  function connect() {
    socket = new WebSocket(location.origin.replace("http", "ws") + "/live/socket");
    socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", facts: [fact], brief: true }));
    socket.onmessage = (e) => hear(JSON.parse(e.data));
    socket.onclose = again;
    watch();
  }

  // What happened before the answer to the subscription is no message, so that it is looked for then.
  function hear(m) {
    watch();
    if (m.facts) tries = 0;
    if (m.facts || m.type.includes(".")) look();
  }

  function watch() {
    clearTimeout(silence);
    silence = setTimeout(again, SILENCE);
  }

  function again() {
    clearTimeout(silence);
    socket.onmessage = socket.onclose = null;
    socket.close();
    silence = setTimeout(connect, 500 + Math.random() * Math.min(3e4, 500 * 2 ** tries++));
  }

  connect();
}
