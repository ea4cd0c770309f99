"""The health check of the container of the web server: ends with an error unless /healthz answers 200."""

import os
import urllib.request

HOST = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")

if __name__ == "__main__":
    request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": HOST})
    with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310
        raise SystemExit(answer.status != 200)
