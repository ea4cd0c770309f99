"""The health check of the container of the web server: ends with an error unless /healthz answers 200."""

import urllib.request

if __name__ == "__main__":
    with urllib.request.urlopen("http://127.0.0.1:8000/healthz", timeout=4) as answer:
        raise SystemExit(answer.status != 200)
