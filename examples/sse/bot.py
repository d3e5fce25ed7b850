"""Prints each donation to a campaign as it happens, over server-sent events. It misses none while it is away."""
import http.client, json, os, pathlib, sys, time, urllib.request

SERVER, CAMPAIGN = os.environ["ALMONER_URL"], os.environ["CAMPAIGN"]  # http://127.0.0.1:8080, @ada/run
cursor = pathlib.Path("cursor")  # where to go on after
retry = 5.0

def take(message):
    global retry
    retry = message.get("retry_ms", retry * 1000) / 1000
    if message["type"] == "reset":
        print(f"reset: {message['reason']}, {message['facts'][0]['fact']['total_amount_raised']['value']} raised so far", flush=True)
    if message["type"] == "donation.completed" and message["data"]:
        donor, amount = message["data"]["donor_name"], message["data"]["amount"]
        print(f"{donor} gave {amount['value']} {amount['currency']}" + (" (a test)" if message.get("test") else ""), flush=True)
    if "cursor" in message:
        cursor.write_text(message["cursor"])

while True:
    try:
        headers = {"Last-Event-ID": cursor.read_text()} if cursor.exists() else {}
        request = urllib.request.Request(f"{SERVER}/live/{CAMPAIGN}/events?types=donation.completed", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:  # the server speaks every 15 seconds
            for line in answer:
                if line.startswith(b"data: "):
                    take(json.loads(line[6:]))
    except (OSError, http.client.HTTPException) as error:
        print(error, file=sys.stderr)
    time.sleep(retry)
