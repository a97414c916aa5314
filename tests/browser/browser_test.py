#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads safe renderings of hostile HTML in a headless browser: no script of theirs runs, nothing is fetched (threat T24).

usage: browser_test.py RENDER CHROMIUM

Pages come from a server of this test on the loopback. A page holds many renderings, each in an element of its own; it
writes them into the page as a host would, as part of its source and by innerHTML, sends every element the events that
handlers wait for, and reads each back in once more. Then it tells the server how many scripts ran. The same page
with the payloads as they stand shows that scripts and fetches would be seen.
"""

import http.server
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

MUTANTS = 1500
A_PAGE = 500
SECONDS_A_PAGE = 60

EVENTS = """click mouseover mouseenter pointerover pointerdown focus focusin blur error load toggle scroll wheel
animationstart animationend transitionend loadstart canplay play begin start bounce select invalid input change cut paste
dragstart keydown message readystatechange submit resize hashchange pageshow""".split()

HEAD = """<!DOCTYPE html><html><head><meta charset=utf-8><script>
var ran = 0;
function fire() { ++ran; }
</script></head><body>
"""

TAIL = """<script>
const texts = %(texts)s;
const box = document.createElement('div');
document.body.appendChild(box);
for (const text of texts) {
  const own = document.createElement('div');
  box.appendChild(own);
  try {
    own.innerHTML = text;
    own.innerHTML = own.innerHTML;
  } catch (error) {}
}
function poke() {
  for (const element of document.querySelectorAll('body *')) {
    if (element.tagName === 'SCRIPT') continue;
    for (const name of %(events)s) {
      if (name === 'click' && element.closest('a, form, button, input')) continue;
      if (name === 'submit') continue;
      try { element.dispatchEvent(new Event(name, {bubbles: false})); } catch (error) {}
    }
  }
}
setTimeout(poke, 300);
setTimeout(() => {
  for (const a of document.querySelectorAll('a')) {
    const href = a.getAttribute('href') || a.getAttribute('xlink:href') || '';
    if (/^\\s*(https?|mailto|tel):/i.test(href)) continue;
    a.removeAttribute('target');
    try { a.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true})); } catch (error) {}
  }
}, 600);
setTimeout(() => { fetch('/done?ran=' + ran); }, 1500);
</script></body></html>
"""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.page = b""
        self.lock = threading.Lock()
        self.begin(b"")

    def handle_error(self, request, client_address):
        pass  # the browser was ended while it read

    def begin(self, page):
        with self.lock:
            self.page = page
            self.fetched = []
            self.ran = None
            self.done = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        body, kind = b"", "text/plain"
        if self.path == "/page":
            body, kind = server.page, "text/html; charset=utf-8"
        elif self.path.startswith("/done?ran="):
            server.ran = int(self.path.split("=")[1])
            server.done.set()
        elif self.path not in ("/own.png", "/favicon.ico"):
            with server.lock:
                server.fetched.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_HEAD = do_OPTIONS = do_GET

    def log_message(self, *_):
        pass


def script_text(value):
    """JSON that may stand in a script element."""
    return json.dumps(value).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def page_of(texts, in_source):
    source = "".join(f"<div>{text}</div>\n" for text in texts) if in_source else ""
    tail = TAIL % {"texts": script_text(texts), "events": json.dumps(EVENTS)}
    return (HEAD + source + tail).encode("utf-8", "replace")


def load(chromium, server, page, wait=SECONDS_A_PAGE):
    """(scripts that ran, paths fetched); None for the first if the page never came to its end."""
    server.begin(page)
    folder = tempfile.mkdtemp(prefix="casecomm_browser_")
    browser = subprocess.Popen(
        [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--no-default-browser-check", "--mute-audio", "--disable-popup-blocking",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
         f"--user-data-dir={folder}", f"--crash-dumps-dir={folder}", f"http://127.0.0.1:{server.server_port}/page",
         "--remote-debugging-port=0"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True,
        env={**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder})
    try:
        server.done.wait(wait)
    finally:
        try:
            os.killpg(browser.pid, 9)  # its own group: no process of anybody else is in it
        except ProcessLookupError:
            pass
        browser.wait()
        for _ in range(50):  # a process of the group may write as it ends
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.exists(folder):
                break
            time.sleep(0.1)
    with server.lock:
        return server.ran, list(server.fetched)


def rendered(render, host):
    done = subprocess.run([render, "fire(1)", host, str(MUTANTS)], check=True, capture_output=True)
    return [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]


def main(render, chromium):
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"http://127.0.0.1:{server.server_port}"
    cases = rendered(render, host)
    faults = []

    def check(cases, where):
        ran, fetched = load(chromium, server, page_of([c["safe"] for c in cases], True))
        if ran == 0 and not fetched:
            return
        faults.append(f"{where}: {ran} scripts ran, fetched {fetched[:5]}")
        if len(cases) > 1:
            half = len(cases) // 2
            check(cases[:half], where + " a")
            check(cases[half:], where + " b")
        else:
            print(f"payload {cases[0]['payload']!r}\n  as {cases[0]['safe']!r}")

    if len(cases) < 3000:
        faults.append(f"only {len(cases)} payloads")
    for begin in range(0, len(cases), A_PAGE):
        if len(faults) > 40:
            break
        check(cases[begin:begin + A_PAGE], f"payloads from {begin}")

    # The control: payloads as they stand, but for those that end or leave the page.
    leaves = ("refresh", "plaintext", "<frameset", "<base", "submit")
    raw = [c["payload"] for c in cases if not any(word in c["payload"].lower() for word in leaves)][:3000:4]
    ran, fetched = load(chromium, server, page_of(raw, False))
    print(f"{len(cases)} renderings, {len(faults)} faults; control of {len(raw)} payloads: {ran} scripts ran, {len(fetched)} fetches")
    if not ran or ran < 50 or len(fetched) < 10:
        faults.append("the control did not fire: this test would see nothing")
    server.shutdown()
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
