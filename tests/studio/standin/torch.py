"""In torch's place: memory is counted, nothing is computed."""

bfloat16 = "bfloat16"


class Tensor:
    """Takes memory as long as it lives."""

    def __init__(self, size: int) -> None:
        self.size = 0
        if cuda.allocated + size > cuda.total:
            raise cuda.OutOfMemoryError("CUDA out of memory")
        self.size = size
        cuda.allocated += size
        cuda.most = max(cuda.most, cuda.allocated)

    def __del__(self) -> None:
        cuda.allocated -= self.size


class cuda:  # noqa: N801 - torch's name
    """The GPU: bytes."""

    total = 24 * 10**9
    allocated = 0
    most = 0
    emptied = 0
    there = True

    class OutOfMemoryError(RuntimeError):
        """As torch raises it."""

    @classmethod
    def is_available(cls) -> bool:
        return cls.there

    @classmethod
    def mem_get_info(cls) -> tuple[int, int]:
        return cls.total - cls.allocated, cls.total

    @classmethod
    def empty_cache(cls) -> None:
        cls.emptied += 1
