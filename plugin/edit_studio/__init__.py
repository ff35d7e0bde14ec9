"""A service for one's own GPUs: WaveSpeed's protocol in front, a fair queue, one worker per GPU.

    client ── HTTP ──> front ── Redis (jobs, queues) + Celery (wake-up calls) ──> workers ── engine

`front` answers requests, `queue` is the truth about jobs, `worker` runs them, `store` keeps
pictures, `sweeper` puts right what a crash has left. Not part of the plugin inside Krita.
"""
