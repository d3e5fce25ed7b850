"""Prints each donation to a campaign as it happens, over server-sent events. It misses none while it is away."""
import http.client, json, os, pathlib, sys, time, urllib.request

SERVER, CAMPAIGN = os.environ["ALMONER_URL"], os.environ["CAMPAIGN"]  # http://127.0.0.1:8080, @ada/run
cursor, retry = pathlib.Path("cursor"), 5000
while True:
    try:
        after = cursor.read_text() if cursor.exists() else ""  # where to go on after
        with urllib.request.urlopen(f"{SERVER}/live/{CAMPAIGN}/events?types=donation.completed&after={after}", timeout=30) as answer:  # it speaks every 15 seconds
            for line in answer:
                if not line.startswith(b"data: "):
                    continue
                message = json.loads(line[6:])
                retry = message.get("retry_ms", retry)
                if message["type"] == "reset":
                    print("reset:", message["reason"], flush=True)
                if donation := message.get("data"):
                    print(donation["donor_name"], "gave", donation["amount"]["value"], donation["amount"]["currency"], "(a test)" * message["test"], flush=True)
                if "cursor" in message:
                    cursor.write_text(message["cursor"])
    except (OSError, http.client.HTTPException) as error:
        print(error, file=sys.stderr)
    time.sleep(retry / 1000)
