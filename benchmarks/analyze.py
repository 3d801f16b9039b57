"""Perspective's ``comments:analyze`` under load: ``make bench-analyze``.

Eight clients ask for comments of 60 words, each another one; what 99 % of the answers
take. The engine and the clients share the machine.

    python -m benchmarks.analyze [--requests N] [--clients N]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.comments import comments
from benchmarks.served import press, quantile, served
from moderation.scoring.engine import available_cores

WORDS = 60
ATTRIBUTES = ("TOXICITY", "INSULT", "THREAT", "IDENTITY_ATTACK")
OUT = Path(__file__).with_name("analyze.json")


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    texts = _of_sixty_words(options.requests)
    with served() as server:
        path = f"/v1alpha1/comments:analyze?key={server.token}"
        requests = [(path, _body(text)) for text in texts]
        press(server, options.clients, requests[: options.clients * 2], 200)
        load = press(server, options.clients, requests[options.clients * 2 :], 200)
    report = {
        "clients": options.clients,
        "cores": available_cores(),
        "requests_per_second": len(load.latencies_s) / load.wall_s,
        "p50_ms": 1e3 * quantile(load.latencies_s, 0.5),
        "p99_ms": 1e3 * quantile(load.latencies_s, 0.99),
    }
    print(f"{options.clients} clients, {report['cores']} cores, comments of {WORDS} words")
    print(f"  answers a second   {report['requests_per_second']:.1f}")
    print(f"  half within        {report['p50_ms']:.0f} ms")
    print(f"  99 % within        {report['p99_ms']:.0f} ms")
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten: {options.out}")


def _of_sixty_words(number: int) -> list[str]:
    words = " ".join(comment.text for comment in comments("long", number)).split()
    return [
        " ".join([f"Comment {at}:", *words[at * (WORDS - 2) :][: WORDS - 2]])
        for at in range(number)
    ]


def _body(text: str) -> dict[str, object]:
    return {
        "comment": {"text": text},
        "languages": ["en"],
        "requestedAttributes": {name: {} for name in ATTRIBUTES},
        "doNotStore": True,
    }


if __name__ == "__main__":
    main()
