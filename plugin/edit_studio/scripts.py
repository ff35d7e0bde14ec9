"""The queue's steps as Lua: Redis runs each as a whole, so no crash can cut one in half.

Names in Redis, after the prefix: `job:ID` a hash; `queue:KEY` a list of ids; `running:KEY` a set;
`waiting` the keys with queued jobs; `served` when a key last had a job begun (a count); `leases`
ids by when their lease ends; `history:KEY` and `created` ids by when they were made; `key:KEY` a
key's limits; `totals` counts since ever. ARGV[1] is the prefix everywhere. A client that lost the
answer may send SUBMIT and FINISH again: the second time they change nothing. Times of leases and
runs are Redis's own clock, because those of the machines may differ.
"""

from __future__ import annotations

NOW = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
"""

SUBMIT = """
local p, owner, id, now, most = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
if redis.call('EXISTS', p..'job:'..id) == 1 then return 1 end
if redis.call('LLEN', p..'queue:'..owner) >= most then return 0 end
redis.call('HSET', p..'job:'..id, 'owner', owner, 'state', 'queued', 'created', now,
           'attempts', 0, unpack(ARGV, 6))
redis.call('RPUSH', p..'queue:'..owner, id)
redis.call('SADD', p..'waiting', owner)
redis.call('ZADD', p..'history:'..owner, now, id)
redis.call('ZADD', p..'created', now, id)
redis.call('HINCRBY', p..'totals', 'accepted', 1)
return 1
"""
"""owner, id, now, most queued, further fields -> 1, or 0 when too many are queued."""

TAKE = (
    NOW
    + """
local p, lease, seconds = ARGV[1], ARGV[2], ARGV[3]
local best, fewest, oldest
for _, owner in ipairs(redis.call('SMEMBERS', p..'waiting')) do
  local running = redis.call('SCARD', p..'running:'..owner)
  local limit = tonumber(redis.call('HGET', p..'key:'..owner, 'at_once') or 0)
  local served = tonumber(redis.call('HGET', p..'served', owner) or 0)
  if running < limit and (not best or running < fewest
      or (running == fewest and served < oldest)) then
    best, fewest, oldest = owner, running, served
  end
end
if not best then return false end
local id = redis.call('LPOP', p..'queue:'..best)
if redis.call('LLEN', p..'queue:'..best) == 0 then redis.call('SREM', p..'waiting', best) end
redis.call('HSET', p..'served', best, redis.call('INCR', p..'turn'))
local job = p..'job:'..id
redis.call('HSET', job, 'state', 'running', 'lease', lease, 'started', now, 'progress', 0)
redis.call('HINCRBY', job, 'attempts', 1)
redis.call('SADD', p..'running:'..best, id)
redis.call('ZADD', p..'leases', now + seconds, id)
return id
"""
)
"""lease, its seconds -> id of the job to run, or nothing."""

RENEW = (
    NOW
    + """
local p, id, lease, seconds, progress = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local job = p..'job:'..id
if redis.call('HGET', job, 'lease') ~= lease then return 0 end
redis.call('HSET', job, 'progress', progress)
redis.call('ZADD', p..'leases', now + seconds, id)
return 1
"""
)
"""id, lease, its seconds, progress -> 1, or 0 when the job is no longer this worker's."""

FINISH = (
    NOW
    + """
local p, id, lease, total = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local job = p..'job:'..id
if redis.call('HGET', job, 'ended_by') == lease then return 1 end
if redis.call('HGET', job, 'lease') ~= lease then return 0 end
redis.call('HDEL', job, 'lease')
redis.call('HSET', job, 'ended', now, 'ended_by', lease, unpack(ARGV, 5))
redis.call('ZREM', p..'leases', id)
redis.call('SREM', p..'running:'..redis.call('HGET', job, 'owner'), id)
redis.call('HINCRBY', p..'totals', total, 1)
local times = redis.call('HMGET', job, 'created', 'started')
redis.call('HINCRBYFLOAT', p..'totals', 'wait_seconds', math.max(0, times[2] - times[1]))
redis.call('HINCRBYFLOAT', p..'totals', 'run_seconds', now - times[2])
return 1
"""
)
"""id, lease, name of its total, fields -> 1, or 0 when the job is no longer this worker's."""

GIVE_BACK = """
local p, id, lease, uncounted = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local job = p..'job:'..id
if redis.call('HGET', job, 'lease') ~= lease then return 0 end
local owner = redis.call('HGET', job, 'owner')
redis.call('HDEL', job, 'lease')
redis.call('HSET', job, 'state', 'queued')
redis.call('HINCRBY', job, 'attempts', -uncounted)
redis.call('ZREM', p..'leases', id)
redis.call('SREM', p..'running:'..owner, id)
redis.call('LPUSH', p..'queue:'..owner, id)
redis.call('SADD', p..'waiting', owner)
return 1
"""
"""id, lease, attempts not to count -> 1, or 0 when the job is no longer this worker's."""

EXPIRE = (
    NOW
    + """
local p, most, fail = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local again, failed = {}, {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', p..'leases', '-inf', now, 'LIMIT', 0, 100)) do
  local job = p..'job:'..id
  local owner = redis.call('HGET', job, 'owner')
  redis.call('ZREM', p..'leases', id)
  if owner then
    redis.call('HDEL', job, 'lease')
    redis.call('SREM', p..'running:'..owner, id)
    if tonumber(redis.call('HGET', job, 'attempts')) >= most then
      redis.call('HSET', job, 'state', 'failed', 'ended', now, 'code', 1406, 'error', fail)
      redis.call('HINCRBY', p..'totals', 'failed', 1)
      failed[#failed + 1] = id
    else
      redis.call('HSET', job, 'state', 'queued')
      redis.call('LPUSH', p..'queue:'..owner, id)
      redis.call('SADD', p..'waiting', owner)
      redis.call('HINCRBY', p..'totals', 'run_again', 1)
      again[#again + 1] = id
    end
  end
end
return {again, failed}
"""
)
"""most attempts, why it failed -> ids to be run again, ids that failed for good."""

RUNNABLE = """
local p, sum = ARGV[1], 0
for _, owner in ipairs(redis.call('SMEMBERS', p..'waiting')) do
  local free = tonumber(redis.call('HGET', p..'key:'..owner, 'at_once') or 0)
               - redis.call('SCARD', p..'running:'..owner)
  sum = sum + math.max(0, math.min(free, redis.call('LLEN', p..'queue:'..owner)))
end
return sum
"""
"""-> how many queued jobs their keys' limits would let run now."""

DELETE = """
local p, owner, id = ARGV[1], ARGV[2], ARGV[3]
local job = p..'job:'..id
if redis.call('HGET', job, 'owner') ~= owner then return {} end
local found = redis.call('HGETALL', job)
redis.call('DEL', job)
if redis.call('LREM', p..'queue:'..owner, 1, id) == 1
    and redis.call('LLEN', p..'queue:'..owner) == 0 then
  redis.call('SREM', p..'waiting', owner)
end
redis.call('SREM', p..'running:'..owner, id)
redis.call('ZREM', p..'leases', id)
redis.call('ZREM', p..'history:'..owner, id)
redis.call('ZREM', p..'created', id)
return found
"""
"""owner, id -> the job as it was, or nothing when there is no such job of that key."""
