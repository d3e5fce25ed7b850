"""Prints each donation to a campaign as it happens, over a WebSocket. It misses none while it is away. Before: apt install python3-websockets"""
import asyncio, json, os, pathlib, sys
import websockets

SERVER, CAMPAIGN = os.environ["ALMONER_URL"], os.environ["CAMPAIGN"]  # http://127.0.0.1:8080, @ada/run
cursor = pathlib.Path("cursor")  # where to go on after
retry = 5.0

def take(message):
    global retry
    retry = message.get("retry_ms", retry * 1000) / 1000
    if message["type"] == "error":
        print(message["status"], message["message"], file=sys.stderr)
    if message["type"] == "reset":
        print(f"reset: {message['reason']}, {message['facts'][0]['fact']['total_amount_raised']['value']} raised so far", flush=True)
    if message["type"] == "donation.completed" and message["data"]:
        donor, amount = message["data"]["donor_name"], message["data"]["amount"]
        print(f"{donor} gave {amount['value']} {amount['currency']}" + (" (a test)" if message.get("test") else ""), flush=True)
    if "cursor" in message:
        cursor.write_text(message["cursor"])

async def main():
    while True:
        try:
            async with websockets.connect(SERVER.replace("http", "ws", 1) + "/live/socket") as socket:
                after = {"after": cursor.read_text()} if cursor.exists() else {}
                await socket.send(json.dumps({"type": "subscribe", "facts": [CAMPAIGN], "types": ["donation.completed"], **after}))
                while True:
                    take(json.loads(await asyncio.wait_for(socket.recv(), 30)))  # the server speaks every 15 seconds
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as error:
            print(repr(error), file=sys.stderr)
        await asyncio.sleep(retry)

asyncio.run(main())
