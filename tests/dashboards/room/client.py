"""A phone, as the tests of the routes see it."""

HERE = ("127.0.0.1", 50_000)
ELSEWHERE = ("192.168.1.77", 50_000)


def post(client, path, **body):
    return client.post(f"/room/api/{path}", json=body)


def opened(client, title="Tuesday"):
    found = post(client, "open", title=title).json()
    return found["code"], found["token"]


def joined(client, code, nickname):
    return post(client, "join", code=code, nickname=nickname).json()["token"]


class Phone:
    """A socket that keeps the latest view."""

    def __init__(self, stack, client, code, token):
        self.socket = stack.enter_context(client.websocket_connect("/room/api/live"))
        self.socket.send_json({"code": code, "token": token})
        self.id = 0
        self.view = self.hear("view")

    def hear(self, name):
        while True:
            found = self.socket.receive_json()
            if "view" in found:
                self.view = found["view"]
            if name in found:
                return found[name]
            if "out" in found:
                raise AssertionError(found["out"])

    def do(self, name, **message):
        """Send a message; returns what went wrong, or ""."""
        self.id += 1
        self.socket.send_json({"do": name, "id": self.id, **message})
        while True:
            found = self.socket.receive_json()
            if "view" in found:
                self.view = found["view"]
            if found.get("id") == self.id:
                return found.get("error", "")

    def until(self, true):
        """Read views until one is so."""
        while not true(self.view):
            self.hear("view")
        return self.view
