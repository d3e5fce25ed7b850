const SILENCE = 45e3; // 3 heartbeats

// Keeps a WebSocket open for good, until end, and from open on again. heard returns whether the server is there for this page, so that the next break is the first.
function line(path, { opened, heard, broke }) {
  let socket, silence, tries = 0;

  function open() {
    end();
    socket = new WebSocket(location.origin.replace("http", "ws") + path);
    socket.onopen = () => opened?.(socket);
    socket.onmessage = (e) => {
      watch();
      if (heard(JSON.parse(e.data))) tries = 0;
    };
    socket.onclose = again;
    watch();
  }

  function watch() {
    clearTimeout(silence);
    silence = setTimeout(again, SILENCE);
  }

  function end() {
    clearTimeout(silence);
    if (socket) socket.onmessage = socket.onclose = null, socket.close();
  }

  function again() {
    end();
    broke?.();
    silence = setTimeout(open, 500 + Math.random() * Math.min(3e4, 500 * 2 ** tries++));
  }

  open();
  return { open, end };
}
