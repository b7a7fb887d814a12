"""Passes SOAP requests on, and holds both ways to a schema.

Started with a schema, the address to pass on to, and a namespace: whatever of
that namespace stands in the body of an envelope, or in the detail of a fault,
has to be valid. What is not is told at `/problems`, one a line, without a value.
"""

import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from lxml import etree

ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}"
PASSED_ON = ("Content-Type", "Authorization")

schema_file, upstream, namespace = sys.argv[1:]
schema = etree.XMLSchema(etree.parse(schema_file))
parser = etree.XMLParser(resolve_entities=False)
problems: list[str] = []
checked: dict[str, int] = {}


def check(where: str, body: bytes) -> None:
    envelope = etree.fromstring(body, parser)
    content = envelope.find(f"{ENVELOPE}Body")
    documents = [] if content is None else list(content)
    documents = [one for each in documents for one in (each.iterfind("detail/*") if each.tag.endswith("}Fault") else [each])]
    for document in documents:
        name = etree.QName(document)
        if name.namespace != namespace:
            problems.append(f"{where}: {name.localname} is of another namespace")
            continue
        checked[name.localname] = checked.get(name.localname, 0) + 1
        # Parsed anew: a schema is for a document, and this is a part of one.
        if not schema.validate(etree.fromstring(etree.tostring(document), parser)):
            for error in schema.error_log:
                problems.append(f"{where}: line {error.line}: {error.type_name} {error.path}")


class Proxy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        lines = [*problems, *(f"checked {name} {count}" for name, count in sorted(checked.items()))]
        self.answer(200, "text/plain", "\n".join(lines).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        check("request", body)
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        request = urllib.request.Request(upstream + self.path, body, headers)
        try:
            with urllib.request.urlopen(request) as response:
                status, answered, kind = response.status, response.read(), response.headers["Content-Type"]
        except urllib.error.HTTPError as error:
            status, answered, kind = error.code, error.read(), error.headers["Content-Type"]
        check("answer", answered)
        self.answer(status, kind, answered)

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
