"""Takes webhooks, believes those with the right signature, and prints each donation once."""
import base64, datetime, hashlib, hmac, http.server, json, os

KEY, PORT = os.environ.get("SIGNING_KEY", "").encode(), int(os.environ.get("PORT", "3000"))
seen = set()  # keep these in your database: messages come again for days

def genuine(timestamp, signature, body):
    want = base64.b64encode(hmac.digest(KEY, timestamp.encode() + b"." + body, hashlib.sha256))
    now = datetime.datetime.now(datetime.timezone.utc)
    return hmac.compare_digest(signature.encode(), want) and abs(now - datetime.datetime.fromisoformat(timestamp.replace("Z", "+00:00"))) < datetime.timedelta(minutes=5)

class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(min(int(self.headers["Content-Length"]), 1_000_000))
        if not genuine(self.headers.get("X-Tiltify-Timestamp", ""), self.headers.get("X-Tiltify-Signature", ""), body):
            return self.send_error(403)
        message = json.loads(body)
        donation = message["data"]
        if message["meta"]["event_type"].endswith(":donation_updated") and donation["id"] not in seen:
            seen.add(donation["id"])  # it comes again when an answer is lost, and when the donation changes
            print(donation["donor_name"], "gave", donation["amount"]["value"], donation["amount"]["currency"], flush=True)
        self.send_response(200)
        self.end_headers()

if not KEY:
    raise SystemExit("SIGNING_KEY is not set")
http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Hook).serve_forever()
