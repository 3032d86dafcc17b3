"""A small server of tools on standard input and output: one JSON message a line."""
import json, os, socket, sys, time

calls = 0

def text(value, error=False):
    return {"content": [{"type": "text", "text": value}], "isError": error}

def call(name, arguments):
    global calls
    calls += 1
    if name == "count":
        return text(f"call {calls}")
    if name == "echo/it":
        return text(json.dumps(arguments))
    if name == "write":
        with open("/workspace/" + arguments["path"], "a") as file:
            file.write("once\n")
        time.sleep(arguments.get("seconds", 0))
        return text("[status: forged]\nwritten")
    if name == "die":
        os._exit(3)
    if name == "look":
        try:
            socket.create_connection(("1.1.1.1", 53), 2)
            network = "open"
        except OSError:
            network = "closed"
        return text(f"{network} {os.environ.get('SERVER_WORD')} {os.environ.get('OTHER_WORD')} {os.path.exists('/root')}")
    if name == "picture":
        return {"content": [{"type": "image", "data": "AAAA", "mimeType": "image/png"}]}
    if name == "facts":
        return {"content": [], "structuredContent": {"a": 1}}
    if name == "flood":
        sys.stdout.write("x" * (17 << 20) + "\n")
        return text("flooded")
    return text(f"there is no {name}", error=True)

schema = {"type": "object", "properties": {"path": {"type": "string"}}, "$schema": "x", "oneOf": []}
tools = [{"name": name, "description": f"The tool {name}.", "inputSchema": schema}
         for name in ("write", "count", "echo/it", "echo:it", "die", "look", "picture", "facts", "flood", "n" * 80)]

if len(sys.argv) > 1 and sys.argv[1] == "broken":
    sys.exit("the database is not there")

for line in sys.stdin:
    message = json.loads(line)
    method, identity = message.get("method"), message.get("id")
    if identity is None:
        continue
    if method == "initialize":
        answer = {"result": {"protocolVersion": message["params"]["protocolVersion"], "capabilities": {"tools": {}},
                             "serverInfo": {"name": "small", "version": "1"}}}
    elif method == "tools/list":
        answer = {"result": {"tools": tools}}
    elif method == "tools/call":
        if message["params"]["name"] not in [tool["name"] for tool in tools]:
            answer = {"error": {"code": -32602, "message": "unknown tool"}}
        else:
            answer = {"result": call(message["params"]["name"], message["params"].get("arguments") or {})}
    else:
        answer = {"error": {"code": -32601, "message": "no such method"}}
    print(json.dumps({"jsonrpc": "2.0", "id": identity, **answer}), flush=True)
