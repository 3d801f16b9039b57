"""Where Detoxify's own models are published, and which files each of them consists of.

The weights are release files of https://github.com/unitaryai/detoxify (Apache-2.0); the
addresses are those in the package's own source. Configuration and tokenizer are those of
the body that each was fine-tuned from, as the package itself would load them.
"""

from __future__ import annotations

from dataclasses import dataclass

RELEASES = "https://github.com/unitaryai/detoxify/releases/download"
BODIES = "https://huggingface.co"


@dataclass(frozen=True)
class Remote:
    """One file to fetch.

    Attributes:
        address: complete URL.
        name: of the file in the model's folder.
        digest: sha256 in hex, or its first digits; empty where none is published.
    """

    address: str
    name: str
    digest: str = ""


@dataclass(frozen=True)
class Published:
    """One of Detoxify's models.

    Attributes:
        checkpoint: the file of the weights; its name ends in eight digits of its sha256,
            as torch.hub expects them.
        release: tag under which it lies.
        body: repository of the configuration and tokenizer.
        tokenizer: the tokenizer's files there.
        megabytes: about how large the weights are.
    """

    checkpoint: str
    release: str
    body: str
    tokenizer: tuple[str, ...]
    megabytes: int

    @property
    def files(self) -> tuple[Remote, ...]:
        """Everything to fetch, small files first."""
        digest = self.checkpoint.removesuffix(".ckpt").rpartition("-")[2]
        names = ("config.json", "tokenizer.json", *self.tokenizer)
        return (
            *(Remote(f"{BODIES}/{self.body}/resolve/main/{name}", name) for name in names),
            Remote(f"{RELEASES}/{self.release}/{self.checkpoint}", self.checkpoint, digest),
        )


_BERT = ("google-bert/bert-base-uncased", ("vocab.txt",))
_ROBERTA = ("FacebookAI/roberta-base", ("vocab.json", "merges.txt"))
_XLM_R = ("FacebookAI/xlm-roberta-base", ("sentencepiece.bpe.model",))
_ALBERT = ("albert/albert-base-v2", ("spiece.model",))

PUBLISHED: dict[str, Published] = {
    "original": Published("toxic_original-c1212f89.ckpt", "v0.1-alpha", *_BERT, 438),
    "unbiased": Published("toxic_debiased-c7548aa0.ckpt", "v0.3-alpha", *_ROBERTA, 499),
    "multilingual": Published("multilingual_debiased-0b549669.ckpt", "v0.4-alpha", *_XLM_R, 1113),
    "original-small": Published("original-albert-0e1d6498.ckpt", "v0.1.2", *_ALBERT, 47),
    "unbiased-small": Published("unbiased-albert-c8519128.ckpt", "v0.1.2", *_ALBERT, 47),
}
