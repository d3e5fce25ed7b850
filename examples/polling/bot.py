"""Prints each new donation to a campaign. It asks every five seconds."""
import datetime, http.client, json, os, sys, time, urllib.request

SERVER, TOKEN, CAMPAIGN = (os.environ[name] for name in ("ALMONER_URL", "ALMONER_TOKEN", "CAMPAIGN"))  # http://127.0.0.1:8080, …, @ada/run

def get(path):
    request = urllib.request.Request(SERVER + path, headers={"Authorization": "Bearer " + TOKEN})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)

def minute_before(instant):
    return (datetime.datetime.fromisoformat(instant[:19]) - datetime.timedelta(minutes=1)).isoformat() + "Z" if instant else ""

fact = get("/api/public/facts/by/slugs/" + CAMPAIGN)["data"]["id"]
donations = get(f"/api/public/facts/{fact}/donations?limit=1")["data"]
begin = newest = donations[0]["completed_at"] if donations else ""  # what was before is history
seen = set()
while True:
    try:
        donations, after = [], ""
        while after is not None:  # from a minute back: some arrive out of order
            page = get(f"/api/public/facts/{fact}/donations?limit=100&completed_after={minute_before(newest)}&after={after}")
            donations += page["data"]  # the newest one first
            after = page["metadata"]["after"]
        for donation in reversed(donations):
            if donation["completed_at"] > begin and donation["id"] not in seen:
                print(donation["donor_name"], "gave", donation["amount"]["value"], donation["amount"]["currency"], flush=True)
        seen = {donation["id"] for donation in donations}
        newest = donations[0]["completed_at"] if donations else newest
    except (OSError, ValueError, http.client.HTTPException) as error:
        print(error, file=sys.stderr)  # the next round asks again for the same
    time.sleep(5)
