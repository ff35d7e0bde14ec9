"""In the place of upstream's model: it takes memory."""

from typing import Any

import torch


class Qwen3VLForConditionalGeneration:
    """Remembers how it was loaded."""

    def __init__(self, path: str, options: dict[str, Any]) -> None:
        self.path, self.options = path, options
        self.weights = torch.Tensor(18 * 10**9)
        self.is_evaluating = False

    @classmethod
    def from_pretrained(cls, path: str, **options: Any) -> "Qwen3VLForConditionalGeneration":
        return cls(path, options)

    def eval(self) -> "Qwen3VLForConditionalGeneration":
        self.is_evaluating = True
        return self
