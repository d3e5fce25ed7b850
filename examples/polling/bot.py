"""Prints each new donation to a campaign. It asks every five seconds, and misses none while it is away."""
import datetime, http.client, json, os, pathlib, sys, time, urllib.request

SERVER, TOKEN, CAMPAIGN = (os.environ[name] for name in ("ALMONER_URL", "ALMONER_TOKEN", "CAMPAIGN"))  # http://127.0.0.1:8080, …, @ada/run
cursor = pathlib.Path("cursor")

def get(path):
    request = urllib.request.Request(SERVER + path, headers={"Authorization": "Bearer " + TOKEN})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)

donations = "/api/public/facts/" + get("/api/public/facts/by/slugs/" + CAMPAIGN)["data"]["id"] + "/donations?limit=100"  # the newest one first
newest, seen = json.loads(cursor.read_text()) if cursor.exists() else (next((one["completed_at"] for one in get(donations)["data"]), ""), None)
while True:
    try:
        since = newest and (datetime.datetime.fromisoformat(newest[:19]) - datetime.timedelta(minutes=1)).isoformat() + "Z"  # some arrive out of order
        found, after = [], ""
        while after is not None:
            page = get(f"{donations}&completed_after={since}&after={after}")
            found, after = found + page["data"], page["metadata"]["after"]
        for donation in reversed(found):
            if seen is not None and donation["id"] not in seen:  # what was before the first start is history
                print(donation["donor_name"], "gave", donation["amount"]["value"], donation["amount"]["currency"], flush=True)
        newest, seen = found[0]["completed_at"] if found else newest, [donation["id"] for donation in found]
        cursor.write_text(json.dumps([newest, seen]))
    except (OSError, ValueError, http.client.HTTPException) as error:
        print(error, file=sys.stderr)  # the next round asks again for the same
    time.sleep(5)
