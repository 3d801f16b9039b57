"""Google's real, unchanged client for node against the service on loopback."""

from __future__ import annotations

import json
import os
import subprocess

from tests.interop import npm

PROGRAM = """
import { google } from "googleapis";

const { BASE: base, KEY: key } = process.env;
const client = await google.discoverAPI(`${base}/$discovery/rest?version=v1alpha1`);
const asked = {
  comment: { text: "You are {toxicity=0.9} kind." },
  requestedAttributes: { TOXICITY: {} },
};
const analyzed = await client.comments.analyze({ key, resource: asked });
const suggested = await client.comments.suggestscore({
  key,
  resource: {
    comment: { text: "Rude." },
    attributeScores: { TOXICITY: { summaryScore: { value: 1 } } },
    clientToken: "mine",
  },
});
let refused;
try {
  await client.comments.analyze({ key: "nonsense", resource: asked });
} catch (error) {
  refused = { status: error.status, message: error.message };
}
console.log(JSON.stringify({ analyzed: analyzed.data, suggested: suggested.data, refused }));
"""


def test_googles_client_for_node_analyzes_and_suggests(address: str, key: str) -> None:
    ran = subprocess.run(
        ["node", "--input-type=module", "--eval", PROGRAM],
        cwd=npm.installed(),
        env={"PATH": os.environ["PATH"], "BASE": address, "KEY": key},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["analyzed"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"] == 0.9
    assert said["suggested"] == {"clientToken": "mine"}
    assert said["refused"]["status"] == 400
    assert "API key not valid" in said["refused"]["message"]
