// Follows facts of an Almoner server from a page anywhere: their state, set as the server has it, and each event once. Types: almoner-live.d.ts.
const SILENCE = 45e3; // three heartbeats
const GAP = 3e3; // ms between states
const LONGEST = 6e4; // ms between attempts

export function follow(options) {
  const { facts, token, types, keep, onState, onEvent, onError, onConnection } = options;
  const server = options.server ?? new URL(import.meta.url).origin;
  const names = [].concat(facts);
  let { after } = options, watched = names;
  let socket, silence, coming, asking, asked = -GAP, tries = 0, hint = 1e3, there, closed;

  try {
    if (keep) after ??= localStorage.getItem(keep) ?? undefined;
  } catch {} // a page without storage goes on from now

  function connect() {
    socket = new WebSocket(server.replace(/^http/, "ws") + "/live/socket");
    watched = names;
    socket.onopen = () => {
      if (token) say({ type: "hello", token });
      subscribe();
    };
    socket.onmessage = (e) => hear(JSON.parse(e.data));
    socket.onclose = again;
    watch();
  }

  const say = (command) => socket.send(JSON.stringify(command));
  const subscribe = () => say({ type: "subscribe", facts: watched, after });

  function watch() {
    clearTimeout(silence);
    silence = setTimeout(again, SILENCE);
  }

  function leave() {
    [silence, coming, asking].forEach(clearTimeout);
    asking = 0;
    if (socket) socket.onmessage = socket.onclose = socket.onopen = null, socket.close();
  }

  function again() {
    leave();
    tell(false);
    coming = setTimeout(connect, Math.min(LONGEST, hint * 2 ** tries++) * (0.75 + Math.random() / 2));
  }

  function tell(now) {
    if (there === now) return;
    there = now;
    onConnection?.(now);
  }

  // The state is asked for again once something happened, from where this page is, so that no event is missed meanwhile.
  function refresh() {
    asking ||= setTimeout(() => {
      asking = 0, asked = performance.now();
      say({ type: "unsubscribe", facts: watched });
      subscribe();
    }, Math.max(50, asked + GAP - performance.now()));
  }

  function hear(m) {
    watch();
    hint = m.retry_ms ?? hint;
    if (m.type === "error") return refused(m);
    if (m.facts) {
      tries = 0;
      tell(true);
      onState?.(m.facts, m.type === "reset" ? m.reason : undefined);
    } else if (m.type.includes(".")) {
      if (!types || types.includes(m.type)) onEvent?.(m);
      refresh();
    } else if (m.type === "gone") refresh();
    if (m.cursor) mark(m.cursor);
  }

  // An event counts as dealt with when its function has returned.
  function mark(cursor) {
    after = cursor;
    try {
      if (keep) localStorage.setItem(keep, cursor);
    } catch {}
  }

  // A fact may not be published yet, and a limit ends: ask again later, and less and less often. Facts that are there are watched meanwhile.
  function refused(m) {
    onError?.(m);
    const left = watched.filter((name) => !(name in (m.fields ?? {})));
    if (m.status === 404 && left.length && left.length < watched.length) {
      watched = left;
      clearTimeout(coming);
      coming = setTimeout(again, LONGEST);
      return subscribe();
    }
    hint = Math.max(hint, 5e3);
    if (!closed) again();
  }

  connect();
  return {
    get cursor() { return after; },
    close() {
      closed = true;
      leave();
      tell(false);
    },
  };
}
