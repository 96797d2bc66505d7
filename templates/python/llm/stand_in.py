"""Stands in for a language model, to try the job out: python3 stand_in.py [PORT]. Sorts tickets by words, and counts words as tokens."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = {"invoice": "billing", "charged": "billing", "refund": "billing", "crash": "bug", "error": "bug", "thank": "praise", "love": "praise"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = asked["messages"][-1]["content"].lower()
        content = next((kind for word, kind in WORDS.items() if word in text), "question")
        read = sum(len(message["content"].split()) for message in asked["messages"])
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        usage = {"prompt_tokens": read, "completion_tokens": 1, "total_tokens": read + 1}
        reply = {"id": "0", "object": "chat.completion", "created": 0, "model": "stand-in", "choices": [choice], "usage": usage}
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8123), Handler)
print("In another terminal, then prl run .:\n", flush=True)
print(f"  export OPENAI_BASE_URL=http://127.0.0.1:{server.server_address[1]}/v1 OPENAI_API_KEY=none\n", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    pass
