// Calls look on each news of a fact, and reconnects for good. What happened before the answer to the subscription is no message, so that it is looked for then.
function follow(fact, look) {
  line("/live/socket", {
    opened: (socket) => socket.send(JSON.stringify({ type: "subscribe", facts: [fact], brief: true })),
    heard(m) {
      if (m.facts || m.type.includes(".")) look();
      return m.facts;
    },
  });
}
