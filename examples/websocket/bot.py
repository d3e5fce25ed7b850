"""Prints each donation to a campaign as it happens, over a WebSocket. It misses none while it is away. Before: apt install python3-websockets"""
import asyncio, json, os, pathlib, sys, websockets

SERVER, CAMPAIGN = os.environ["ALMONER_URL"], os.environ["CAMPAIGN"]  # http://127.0.0.1:8080, @ada/run

async def follow(cursor, retry):
    while True:
        try:
            async with websockets.connect(SERVER.replace("http", "ws", 1) + "/live/socket") as socket:  # its pings notice a silent server
                after = cursor.read_text() if cursor.exists() else ""  # where to go on after
                await socket.send(json.dumps({"type": "subscribe", "facts": [CAMPAIGN], "types": ["donation.completed"], "after": after}))
                async for frame in socket:
                    message = json.loads(frame)
                    retry = message.get("retry_ms", retry)
                    if message["type"] in ("reset", "error"):
                        print(f"{message['type']}: {message.get('reason') or message['message']}", flush=True)
                    if donation := message.get("data"):
                        print(donation["donor_name"], "gave", donation["amount"]["value"], donation["amount"]["currency"], "(a test)" * message["test"], flush=True)
                    if "cursor" in message:
                        cursor.write_text(message["cursor"])
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as error:
            print(repr(error), file=sys.stderr)
        await asyncio.sleep(retry / 1000)

asyncio.run(follow(pathlib.Path("cursor"), 5000))
