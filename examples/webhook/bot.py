"""Takes webhooks, believes those with the right signature, and prints each donation once."""
import base64, datetime, hashlib, hmac, http.server, json, os

KEY, PORT = os.environ.get("SIGNING_KEY", "").encode(), int(os.environ.get("PORT", "3000"))
if not KEY:
    raise SystemExit("SIGNING_KEY is not set")
seen = set()  # keep these in your database: messages come again for days

def genuine(headers, body):
    timestamp = headers.get("X-Tiltify-Timestamp", "")
    want = base64.b64encode(hmac.new(KEY, timestamp.encode() + b"." + body, hashlib.sha256).digest())
    if not hmac.compare_digest(headers.get("X-Tiltify-Signature", "").encode(), want):
        return False
    signed = datetime.datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
    return abs(datetime.datetime.now(datetime.timezone.utc) - signed) < datetime.timedelta(minutes=5)

class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers["Content-Length"]), 1_000_000))
        if not genuine(self.headers, body):
            return self.send_error(403)
        message = json.loads(body)
        donation = message["data"]
        if message["meta"]["event_type"].endswith(":donation_updated") and donation["id"] not in seen:
            seen.add(donation["id"])  # it comes again when an answer is lost, and when the donation changes
            print(donation["donor_name"], "gave", donation["amount"]["value"], donation["amount"]["currency"], flush=True)
        self.send_response(200)
        self.end_headers()

http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Hook).serve_forever()
